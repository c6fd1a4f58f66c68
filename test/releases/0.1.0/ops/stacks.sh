#!/usr/bin/env bash
# Deploys what the service stands on: network, registry and buckets, and the database and the certificate where
# there are any. Changes nothing where nothing has changed.
# usage: ops/stacks.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
announce "deploys the stacks ${STACKS[*]} of $PREFIX"
# CloudFormation reads the password while it makes the database.
if [[ " ${STACKS[*]} " == *' data '* ]]; then require_secrets DATABASE_PASSWORD; fi
for stack in "${STACKS[@]}"; do
  if [[ $stack == dns ]]; then note "a new certificate waits for DNS: ops/dns.sh $ENVIRONMENT says for what"; fi
  deploy_stack "$stack"
done
