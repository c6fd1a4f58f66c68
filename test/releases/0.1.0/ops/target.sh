#!/usr/bin/env bash
# Prints where an environment lives, as outputs of a workflow step.
# usage: ops/target.sh ENV >>"$GITHUB_OUTPUT"
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
require_known_account
printf 'account=%s\nregion=%s\n' "$ACCOUNT" "$REGION"
