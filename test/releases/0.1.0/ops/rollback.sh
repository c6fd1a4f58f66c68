#!/usr/bin/env bash
# Puts an older image back into service. Only the image changes: the infrastructure and, where there is one, the
# schema of the database stay as they are.
# usage: ops/rollback.sh ENV TAG
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/rollout.sh"

load_environment "${1:-}"
tag=${2:-}
if [[ -z $tag ]]; then
  fail "Which version?" "The second argument is the tag to go back to." "ops/versions.sh $ENVIRONMENT lists them."
fi
now=$(deployed_tag)
announce "puts $tag back into service in $PREFIX (now: $now)"
require_image "$tag"
require_secrets ${SECRETS[@]+"${SECRETS[@]}"}

roll_out "$tag"
"$ROOT/ops/smoke.sh" "$ENVIRONMENT" "$tag"
