#!/usr/bin/env bash
# Replaces the running tasks by new ones of the same image, which read the secrets anew.
# usage: ops/restart.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/rollout.sh"

load_environment "${1:-}"
tag=$(deployed_tag)
announce "replaces the tasks of $PREFIX, still with $tag"
require_secrets ${SECRETS[@]+"${SECRETS[@]}"}
for service in "${SERVICES[@]}"; do
  aws ecs update-service --cluster "$PREFIX" --service "$service" --force-new-deployment \
    --query service.status --output text >/dev/null
done
wait_for_rollout "$tag"
