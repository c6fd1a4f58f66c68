#!/usr/bin/env bash
# Starts a job now, whatever its schedule says, as the last deployment has left it. Does not wait for it.
# usage: ops/job.sh ENV NAME
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
name=${2:-}
jobs=$(node -p 'Object.keys(require(process.argv[1]).environments[process.argv[2]].jobs ?? {}).join(" ")' \
  "$ROOT/infra/settings.json" "$ENVIRONMENT")
if [[ -z $name || " $jobs " != *" $name "* ]]; then
  fail "There is no job '$name'." "infra/settings.json has for $ENVIRONMENT: ${jobs:-none}." \
    "ops/job.sh $ENVIRONMENT ${jobs%% *}"
fi
announce "starts the job $name of $PREFIX"
subnets=$(stack_output foundation SubnetIds)
group=$(stack_output foundation TaskSecurityGroupId)
task=$(aws ecs run-task --cluster "$PREFIX" --task-definition "$PREFIX-$name" --launch-type FARGATE --started-by ops \
  --network-configuration "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$group],assignPublicIp=ENABLED}" \
  --query 'tasks[0].taskArn || failures[0].reason' --output text)
case $task in
  arn:*) note "started; its log: aws logs tail /$APP/$ENVIRONMENT/backend --log-stream-name-prefix $name/ --follow" ;;
  *) fail "ECS did not start the task." "It says: $task." "docs/runbooks/when-something-is-wrong.md" ;;
esac
