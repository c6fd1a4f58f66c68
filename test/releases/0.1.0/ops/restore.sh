#!/usr/bin/env bash
# Restores a dump of pg_dump --format=custom into the database, as a one-shot task next to it. Stops at the first
# error. Needs the release step to have run once.
# usage: ops/restore.sh ENV FILE [--clean]      --clean: drop what the dump contains before restoring it
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/task.sh"

load_environment "${1:-}"
file=${2:-}
clean=false
case ${3:-} in
  '') ;;
  --clean) clean=true ;;
  *) fail "'$3' is not understood." "Only --clean may follow the file." "ops/restore.sh $ENVIRONMENT $file --clean" ;;
esac
if [[ ! -f $file ]]; then
  fail "There is no file '$file'." "The second argument is a dump." "ops/restore.sh $ENVIRONMENT $APP.dump"
fi
if [[ $(head -c 5 "$file") != PGDMP ]]; then
  fail "$file is no dump in custom format." "It does not begin with PGDMP." "pg_dump --format=custom --file $file …"
fi
announce "restores $file into the database of $PREFIX (clean: $clean)"
require_secrets DATABASE_PASSWORD

# pg_restore of the database's own version: a newer one sends settings that the database does not know.
engine=$(aws rds describe-db-instances --db-instance-identifier "$PREFIX" --output text \
  --query 'DBInstances[0].EngineVersion')
release=$(stack_output release TaskDefinition)
dump=s3://$PREFIX-dumps-$ACCOUNT-$REGION/$(basename "$file")
aws s3 cp --only-show-errors "$file" "$dump"
definition=$(aws ecs describe-task-definition --task-definition "$release" --output json |
  node "$ROOT/ops/restore-task.mjs" "$PREFIX-restore" "$dump" "${engine%%.*}" "$clean" |
  aws_json ecs register-task-definition --query taskDefinition.taskDefinitionArn --output text)
run_task "$definition" restore 7200
aws s3 rm --only-show-errors "$dump"
note "restored; the copy in S3 is deleted"
