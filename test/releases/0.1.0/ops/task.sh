# shellcheck shell=bash
# Runs a one-shot task next to the service; sourced by release.sh and restore.sh.

# task_field ID QUERY
task_field() { aws ecs describe-tasks --cluster "$PREFIX" --tasks "$1" --query "tasks[0].$2" --output text; }

# start_task DEFINITION: prints the task's id. ECS reports a task that it cannot place with exit code 0. (In a command
# substitution bash goes on after an error, hence the exits.)
start_task() {
  local subnets group task
  subnets=$(stack_output foundation SubnetIds) || exit 1
  group=$(stack_output foundation TaskSecurityGroupId) || exit 1
  task=$(aws ecs run-task --cluster "$PREFIX" --task-definition "$1" --launch-type FARGATE --started-by ops \
    --network-configuration "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$group],assignPublicIp=ENABLED}" \
    --query 'tasks[0].taskArn || failures[0].reason' --output text) || exit 1
  case $task in
    arn:*) printf '%s\n' "${task##*/}" ;;
    *) fail "ECS did not start the task." "It says: $task." "docs/runbooks/when-something-is-wrong.md" ;;
  esac
}

# task_log ID: what all containers of the task have logged
task_log() {
  aws logs filter-log-events --log-group-name "/$APP/$ENVIRONMENT/release" \
    --query "events[?contains(logStreamName, '$1')].[message]" --output text
}

# run_task DEFINITION CONTAINER SECONDS: waits for the task, prints its log, exits with the container's code if
# that is not 0.
run_task() {
  local task status='' last='' deadline=$((SECONDS + $3)) code
  task=$(start_task "$1")
  note "task $task"
  while [[ $status != STOPPED ]]; do
    # A migration is never broken off half-way: the task goes on.
    if ((SECONDS > deadline)); then
      task_log "$task"
      fail "The task $task has not finished within $(($3 / 60)) minutes." "It is $status." \
        "Watch it: aws ecs describe-tasks --cluster $PREFIX --tasks $task"
    fi
    status=$(task_field "$task" lastStatus)
    if [[ $status != "$last" ]]; then note "$status"; fi
    last=$status
    if [[ $status != STOPPED ]]; then sleep "$POLL_SECONDS"; fi
  done
  sleep "$POLL_SECONDS" # the last lines reach CloudWatch a moment after the end
  task_log "$task"
  code=$(task_field "$task" "containers[?name=='$2'].exitCode | [0]")
  if [[ $code == 0 ]]; then return; fi
  note "stopped: $(task_field "$task" stoppedReason)"
  printf '\nerror: the task ended with exit code %s\n' "$code" >&2
  if [[ $code == None ]]; then exit 1; fi
  exit "$code"
}
