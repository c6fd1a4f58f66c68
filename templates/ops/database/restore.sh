#!/usr/bin/env bash
# Restores a dump of pg_dump --format=custom into the database, as a one-shot task next to it. Stops at the first
# error. Needs the release step to have run once.
# usage: ops/restore.sh dev|prod FILE POSTGRES_VERSION [--clean]
#   POSTGRES_VERSION   of the pg_dump that wrote the file, or newer: 16, 17 …
#   --clean            drop what the dump contains before restoring it
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/task.sh"

load_environment "${1:-}"
file=${2:-}
version=${3:-}
clean=false
if [[ ${4:-} == --clean ]]; then clean=true; fi
if [[ ! -f $file || ! $version =~ ^[0-9]+$ ]]; then
  fail "A file and a version of PostgreSQL are needed." "Got '$file' and '$version'." "ops/restore.sh $ENVIRONMENT shop.dump 16"
fi
if [[ $(head -c 5 "$file") != PGDMP ]]; then
  fail "$file is no dump in custom format." "It does not begin with PGDMP." "pg_dump --format=custom --file $file …"
fi
announce "restores $file into the database of $PREFIX (clean: $clean)"
require_secrets DATABASE_PASSWORD

release=$(stack_output release TaskDefinition)
dump=s3://$PREFIX-dumps-$ACCOUNT-$REGION/$(basename "$file")
aws s3 cp --only-show-errors "$file" "$dump"
definition=$(aws ecs describe-task-definition --task-definition "$release" --output json |
  node "$ROOT/ops/restore-task.mjs" "$PREFIX-restore" "$dump" "$version" "$clean" |
  aws ecs register-task-definition --cli-input-json file:///dev/stdin \
    --query taskDefinition.taskDefinitionArn --output text)
run_task "$definition" restore 7200
aws s3 rm --only-show-errors "$dump"
note "restored; the copy in S3 is deleted"
