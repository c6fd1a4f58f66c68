#!/usr/bin/env bash
# Says which rules of the firewall have matched, on which paths and how often: what they stopped (BLOCK), and what
# they only counted (ALLOW). Changes nothing.
# usage: ops/waf.sh ENV [HOURS]      HOURS: default is 168, a week
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
hours=${2:-168}
announce "asks what the firewall of $PREFIX matched in the last $hours hours"

# A rule of AWS leaves its label; a rate rule has none and is named by its own name.
question='parse @message "\"name\":\"awswaf:managed:aws:*\"" as label
| fields coalesce(label, nonTerminatingMatchingRules.0.ruleId, terminatingRuleId) as rule
| stats count(*) as requests, count_distinct(httpRequest.clientIp) as clients
    by rule, action, httpRequest.httpMethod, httpRequest.uri
| sort requests desc
| limit 50'
now=$(date +%s)
query=$(aws logs start-query --log-group-name "aws-waf-logs-$PREFIX" --start-time "$((now - hours * 3600))" \
  --end-time "$now" --query-string "$question" --query queryId --output text) || fail \
  "The log of the firewall cannot be read." "$PREFIX has no firewall, or it was not deployed yet." \
  "docs/runbooks/waf.md"

while true; do
  state=$(aws logs get-query-results --query-id "$query" --query status --output text)
  case $state in
    Complete) break ;;
    Scheduled | Running) sleep 1 ;;
    *) fail "CloudWatch did not answer." "The query ended as '$state'." "ops/waf.sh $ENVIRONMENT 24" ;;
  esac
done
note "rule, action, method, path, requests, clients"
aws logs get-query-results --query-id "$query" --query 'results[*][*].value' --output text
