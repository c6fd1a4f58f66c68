#!/usr/bin/env bash
# The release step: runs the schema migrations of an image as a one-shot task, before the service gets that image.
# Ends with the exit code of the migrations.
# usage: ops/release.sh ENV [TAG]      TAG: default is the commit that is checked out
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/task.sh"

load_environment "${1:-}"
tag=$(image_tag "${2:-}")
announce "runs the migrations of $tag on the database of $PREFIX"
require_image "$tag"
require_secrets "${SECRETS[@]}"

deploy_stack release "$tag"
definition=$(stack_output release TaskDefinition)
run_task "$definition" backend 1800
