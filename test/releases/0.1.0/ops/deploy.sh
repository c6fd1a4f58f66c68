#!/usr/bin/env bash
# Deploys an image that is in the registry: schema migrations first, then the service. When the migrations fail,
# the service is not touched and the old version goes on serving.
# usage: ops/deploy.sh ENV [TAG]      TAG: default is the commit that is checked out
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/rollout.sh"

load_environment "${1:-}"
tag=$(image_tag "${2:-}")
announce "deploys $tag to $PREFIX"
require_image "$tag"
require_secrets ${SECRETS[@]+"${SECRETS[@]}"}

"$ROOT/ops/release.sh" "$ENVIRONMENT" "$tag"
roll_out "$tag"
"$ROOT/ops/smoke.sh" "$ENVIRONMENT" "$tag"
