# shellcheck shell=bash
# Puts one image into service and waits until ECS has finished with it; sourced by deploy.sh and rollback.sh.

# primary_deployment QUERY
primary_deployment() {
  aws ecs describe-services --cluster "$PREFIX" --services "$PREFIX" --output text \
    --query "services[0].deployments[?status=='PRIMARY'] | [0].$1"
}

# running_image: the image of the service's current deployment
running_image() {
  local definition
  definition=$(primary_deployment taskDefinition) || exit 1
  aws ecs describe-task-definition --task-definition "$definition" --output text \
    --query "taskDefinition.containerDefinitions[?name=='backend'].image | [0]"
}

# wait_for_rollout TAG: follows the deployment for at most 20 minutes.
wait_for_rollout() {
  local state='' last='' deadline=$((SECONDS + 1200))
  while [[ $state != COMPLETED ]]; do
    if ((SECONDS > deadline)); then explain_and_fail "The deployment of $1 has not finished within 20 minutes."; fi
    local now
    now=$(primary_deployment '[rolloutState, runningCount, desiredCount, failedTasks]')
    if [[ $now != "$last" ]]; then
      printf '%s\n' "$now" | awk '{ printf "-- %s: %s of %s tasks running, %s failed\n", $1, $2, $3, $4 }'
      last=$now
    fi
    state=${now%%[[:space:]]*}
    case $state in
      COMPLETED) ;;
      FAILED) explain_and_fail "The deployment of $1 failed." ;;
      *) sleep "$POLL_SECONDS" ;;
    esac
  done
  # After a roll-back the deployment is complete, too: with the old image.
  local image
  image=$(running_image)
  if [[ ${image##*:} != "$1" ]]; then explain_and_fail "ECS went back to ${image##*:}; $1 is not running."; fi
}

# roll_out TAG
roll_out() {
  deploy_stack service "$1" || explain_and_fail "CloudFormation did not deploy $PREFIX-service with $1."
  wait_for_rollout "$1"
}
