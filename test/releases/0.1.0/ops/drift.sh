#!/usr/bin/env bash
# Compares what runs in AWS with what this repo says, and with what CloudFormation has made. Reads only, and no
# secret. Fails when there is a difference.
# usage: ops/drift.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
announce "looks for differences"
found=0
note "between this commit and the deployed stacks"
cdk diff "$PREFIX-*" --method template --fail || found=1
note "between the deployed stacks and what is really there"
cdk drift "$PREFIX-*" --fail || found=1
if ((found)); then
  fail "$PREFIX is not what this commit says." "Somebody has changed it by hand, or a deployment is missing." \
    "Deploy again to bring it back, or take the change over into infra/."
fi
note "no difference"
