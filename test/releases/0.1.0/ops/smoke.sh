#!/usr/bin/env bash
# Asks the service from outside whether it is well, and whether it is the version that was deployed.
# usage: ops/smoke.sh ENV [TAG]      TAG: the version expected; default is any
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# ask PATH: a load balancer and a name in DNS need a moment; after a minute and a half it is an error.
ask() { curl --silent --show-error --fail --max-time 10 --retry 9 --retry-delay 10 --retry-all-errors "$url$1"; }

load_environment "${1:-}"
tag=${2:-}
announce "asks the service $PREFIX"
url=$(stack_output service Url)
note "$url/health"
health=$(ask /health) || fail "$url/health does not answer." "The service, its address or its certificate is not ready." \
  "ops/explain.sh $ENVIRONMENT"
printf '%s\n' "$health"
version=$(node -p 'JSON.parse(process.argv[1]).version' "$health")
if [[ -n $tag && $version != "$tag" ]]; then
  fail "$url serves $version, not $tag." "The service has kept or gone back to another image." \
    "ops/explain.sh $ENVIRONMENT"
fi
note "$url/ready"
ask /ready || fail "$url/ready says no." "The service runs, but what it needs does not answer." \
  "ops/explain.sh $ENVIRONMENT"
printf '\n'
