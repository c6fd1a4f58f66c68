#!/usr/bin/env bash
# Lists the images that can be deployed, newest first, and the one in service.
# usage: ops/versions.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
announce "lists the images of $PREFIX"
printf 'in service: %s\n' "$(deployed_tag)"
aws ecr describe-images --repository-name "$PREFIX" --filter tagStatus=TAGGED --output text \
  --query 'reverse(sort_by(imageDetails, &imagePushedAt))[:20].[imagePushedAt, imageTags[0]]'
