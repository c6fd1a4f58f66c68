#!/usr/bin/env bash
# Prints the tag of the image that was deployed last: the id of its commit.
# usage: ops/deployed.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
announce "asks for the deployed version of $PREFIX" >&2
deployed_tag
