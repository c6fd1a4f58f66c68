#!/usr/bin/env bash
# Builds the image of a commit in AWS (CodeBuild) and pushes it: for machines without Docker.
# usage: ops/build-remote.sh ENV [COMMIT]      COMMIT: default is the one that is checked out
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# build_field QUERY
build_field() { aws codebuild batch-get-builds --ids "$build" --query "builds[0].$1" --output text; }

# json EXPRESSION: of the JSON on standard input
json() { node -p "JSON.parse(require('node:fs').readFileSync(0, 'utf8'))$1"; }

# show_log: prints what the build has logged since the last call.
show_log() {
  local group stream page
  read -r group stream <<<"$(build_field 'logs.[groupName, streamName]')"
  if [[ $stream == None ]]; then return; fi
  page=$(aws logs get-log-events --log-group-name "$group" --log-stream-name "$stream" --start-from-head \
    ${log_token:+--next-token "$log_token"} --query '[nextForwardToken, events[].message]' --output json)
  log_token=$(json '[0]' <<<"$page")
  json '[1].join("")' <<<"$page"
}

load_environment "${1:-}"
tag=$(image_tag "${2:-}")
announce "builds $PREFIX:$tag in CodeBuild and pushes it"
if tag_exists "$tag"; then
  note "$PREFIX:$tag exists already"
  exit 0
fi
bucket=$(stack_output foundation BuildBucket)
project=$(stack_output foundation BuildProject)

archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
git -C "$ROOT" archive --format=zip --output "$archive" "$tag:backend"
aws s3 cp --only-show-errors "$archive" "s3://$bucket/$tag.zip"
build=$(aws codebuild start-build --project-name "$project" \
  --source-type-override S3 --source-location-override "$bucket/$tag.zip" \
  --environment-variables-override "name=IMAGE_TAG,value=$tag" --query build.id --output text)
note "build $build"

log_token=''
deadline=$((SECONDS + 1800))
status=IN_PROGRESS
while [[ $status == IN_PROGRESS ]]; do
  if ((SECONDS > deadline)); then
    fail "The build has not finished within 30 minutes." "It is still running as $build." \
      "aws codebuild stop-build --id $build"
  fi
  sleep "$POLL_SECONDS"
  status=$(build_field buildStatus)
  show_log
done
if [[ $status != SUCCEEDED ]]; then
  fail "The build ended as $status." "Its log is above." "Repair backend/, commit, and run this again."
fi
note "pushed $PREFIX:$tag"
