#!/usr/bin/env bash
# Lists who did what in the account of an environment on one day (UTC), from the record of the trail: time, who, what,
# on what or from where, and the error where AWS said no.
# usage: ops/trail.sh ENV DAY [WORD]      DAY: as 2026-11-20; WORD: only lines with it, such as DeleteBucket or a name
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
day=${2:-}
word=${3:-}
if [[ ! $day =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ ]]; then
  fail "'$day' is no day." "The record has a folder for each day." "ops/trail.sh $ENVIRONMENT $(date -u +%Y-%m-%d)"
fi
announce "reads who did what on $day"
# Where environments share an account, one of them has its trail.
owner=$(node -p '
  const { environments } = require(process.argv[1]);
  const { account } = environments[process.argv[2]];
  Object.keys(environments).find((name) => environments[name].account === account && environments[name].audit) || "";
' "$ROOT/infra/settings.json" "$ENVIRONMENT")
home=$(node -p 'require(process.argv[1]).environments[process.argv[2]].region' "$ROOT/infra/settings.json" "$owner")
bucket=$APP-$owner-trail-$ACCOUNT-$home

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Below CloudTrail/ there is a folder for each region.
aws s3 cp --recursive --only-show-errors --exclude '*' --include "*/${day//-//}/*.json.gz" \
  "s3://$bucket/AWSLogs/$ACCOUNT/CloudTrail/" "$folder"

# shellcheck disable=SC2016 # ${…} is JavaScript's
node -e '
  const { readdirSync, readFileSync } = require("node:fs");
  const { join } = require("node:path");
  const { gunzipSync } = require("node:zlib");
  const [folder, word] = process.argv.slice(1);
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".gz"));
  const records = files.flatMap((file) => JSON.parse(gunzipSync(readFileSync(join(folder, file)))).Records);
  const line = ({ eventTime, userIdentity, eventName, sourceIPAddress, requestParameters, errorCode }) => {
    const who = userIdentity.arn || userIdentity.invokedBy || userIdentity.type;
    const on = Object.values(requestParameters || {}).filter((value) => typeof value === "string").slice(0, 2);
    return [eventTime, who, eventName, on.join(" "), sourceIPAddress, errorCode].filter(Boolean).join("\t");
  };
  const matching = records.filter((record) => JSON.stringify(record).includes(word));
  for (const text of matching.map(line).sort()) console.log(text);
  console.log(`-- ${matching.length} of ${records.length} calls`);
' "$folder" "$word"
