# shellcheck shell=bash
# Puts one image into service and waits until ECS has finished with it; sourced by deploy.sh and rollback.sh.

# primary_deployment SERVICE QUERY
primary_deployment() {
  aws ecs describe-services --cluster "$PREFIX" --services "$1" --output text \
    --query "services[0].deployments[?status=='PRIMARY'] | [0].$2"
}

# running_image SERVICE: the image of the service's current deployment
running_image() {
  local definition
  definition=$(primary_deployment "$1" taskDefinition) || exit 1
  aws ecs describe-task-definition --task-definition "$definition" --output text \
    --query "taskDefinition.containerDefinitions[?name=='backend'].image | [0]"
}

# wait_for_rollout TAG: of all services.
wait_for_rollout() {
  local service
  for service in "${SERVICES[@]}"; do
    wait_for_service "$1" "$service"
  done
}

# wait_for_service TAG SERVICE: follows the deployment for at most 20 minutes.
wait_for_service() {
  local state='' last='' deadline=$((SECONDS + 1200))
  while [[ $state != COMPLETED ]]; do
    if ((SECONDS > deadline)); then explain_and_fail "The deployment of $1 has not finished within 20 minutes."; fi
    local now
    now=$(primary_deployment "$2" '[rolloutState, runningCount, desiredCount, failedTasks]')
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
  image=$(running_image "$2")
  if [[ ${image##*:} != "$1" ]]; then explain_and_fail "ECS went back to ${image##*:}; $1 is not running."; fi
}

# roll_out TAG
roll_out() {
  deploy_stack service "$1" || explain_and_fail "CloudFormation did not deploy $PREFIX-service with $1."
  wait_for_rollout "$1"
}
