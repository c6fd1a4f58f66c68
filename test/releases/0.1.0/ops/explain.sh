#!/usr/bin/env bash
# Says why a deployment failed: CloudFormation's reasons, the service's events, the stopped tasks and the last lines
# of their logs. Changes nothing.
# usage: ops/explain.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# or_nothing COMMAND: a service or a log that does not exist yet is no reason to stop explaining.
or_nothing() { "$@" 2>/dev/null || echo '(nothing)'; }

load_environment "${1:-}"
announce "looks at the service $PREFIX"

note "what CloudFormation could not do (newest first)"
or_nothing aws cloudformation describe-stack-events --stack-name "$PREFIX-service" --no-paginate --output text \
  --query "StackEvents[?ends_with(ResourceStatus, '_FAILED')] | [:5].[LogicalResourceId, ResourceStatusReason]"

note "deployments"
or_nothing aws ecs describe-services --cluster "$PREFIX" --services "${SERVICES[@]}" --output text \
  --query 'services[].deployments[].[status, rolloutState, rolloutStateReason]'

# explain_tasks FAMILY: why its last tasks have stopped. ECS forgets stopped tasks after about an hour.
explain_tasks() {
  local tasks task
  note "stopped tasks of $1"
  tasks=$(aws ecs list-tasks --cluster "$PREFIX" --family "$1" --desired-status STOPPED \
    --query 'taskArns[:3]' --output text 2>/dev/null) || tasks=''
  if [[ -z $tasks || $tasks == None ]]; then
    echo '(none)'
    return
  fi
  read -r -a tasks <<<"$tasks"
  aws ecs describe-tasks --cluster "$PREFIX" --tasks "${tasks[@]}" --output text \
    --query 'tasks[].[stoppedAt, stoppedReason, containers[0].exitCode, containers[0].reason]'
  for task in "${tasks[@]}"; do
    note "the last lines of task ${task##*/}"
    or_nothing aws logs filter-log-events --log-group-name "/$APP/$ENVIRONMENT/backend" --output text \
      --start-time "$((($(date +%s) - 7200) * 1000))" \
      --query "events[?contains(logStreamName, '${task##*/}')] | [-20:].[message]"
  done
}

for service in "${SERVICES[@]}"; do
  note "the last events of the service $service"
  or_nothing aws ecs describe-services --cluster "$PREFIX" --services "$service" --output text \
    --query 'services[0].events[:8].[createdAt, message]'
  explain_tasks "$service"
done
