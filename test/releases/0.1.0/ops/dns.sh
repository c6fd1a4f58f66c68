#!/usr/bin/env bash
# Says what the certificate waits for: the name servers of the zone, those that the world asks, and how far the
# certificate is. For a second terminal while ops/stacks.sh waits; fails as long as there is something to wait for.
# usage: ops/dns.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# zone_id: the one that settings.json names, else the one that the stack makes, which is there long before the stack
# is ready
zone_id() {
  local id
  id=$(setting zone.id)
  if [[ -z $id ]]; then
    id=$(aws cloudformation describe-stack-resources --stack-name "$PREFIX-dns" --output text \
      --query "StackResources[?ResourceType=='AWS::Route53::HostedZone'].PhysicalResourceId | [0]") || id=None
  fi
  if [[ $id == None ]]; then
    fail "There is no zone of $PREFIX yet." "The stack $PREFIX-dns makes it." "ops/stacks.sh $ENVIRONMENT"
  fi
  printf '%s\n' "$id"
}

# setting PATH: empty where there is none
setting() {
  node -p '
    const [file, environment, path] = process.argv.slice(1);
    path.split(".").reduce((value, key) => value && value[key], require(file).environments[environment]) || "";
  ' "$ROOT/infra/settings.json" "$ENVIRONMENT" "$1"
}

# sorted NAMES: one line, to compare
sorted() { printf '%s\n' "$@" | tr '[:upper:]' '[:lower:]' | sort | paste -s -d ' ' -; }

load_environment "${1:-}"
announce "looks at the domain of $PREFIX"
domain=$(setting domain)
zone=$(zone_id)
name=$(aws route53 get-hosted-zone --id "$zone" --query HostedZone.Name --output text)
servers=$(aws route53 get-hosted-zone --id "$zone" --query 'DelegationSet.NameServers' --output text)
# shellcheck disable=SC2086 # a list of names
servers=$(sorted $servers)
seen=$(node -e '
  const found = require("node:dns").promises.resolveNs(process.argv[1]);
  found.then((names) => console.log(names.join(" ")), () => {});
' "${name%.}")
# shellcheck disable=SC2086
seen=$(sorted $seen)
certificate=$(aws acm list-certificates --certificate-statuses PENDING_VALIDATION ISSUED --output text \
  --query "CertificateSummaryList[?DomainName=='$domain'].Status | [0]")
printf 'zone         %s (%s)\n' "${name%.}" "$zone"
printf 'its servers  %s\n' "$servers"
printf 'world asks   %s\n' "${seen:-nobody}"
printf 'certificate  %s: %s\n' "$domain" "$certificate"
if [[ $seen != "$servers" ]]; then
  fail "The world does not ask this zone for ${name%.} yet." \
    "Four NS records are missing, or name servers still remember that there were none: up to an hour." \
    "Make them, one for each of its servers: docs/runbooks/domain-and-https.md"
fi
if [[ $certificate != ISSUED ]]; then
  fail "The certificate of $domain is not issued yet." "AWS looks for its record in the zone every few minutes." \
    "Wait for ops/stacks.sh $ENVIRONMENT, or start it."
fi
