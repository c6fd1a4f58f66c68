#!/usr/bin/env bash
# Builds the image of a commit with Docker and pushes it under the commit's id. An image that is there already is
# left alone: tags are immutable.
# usage: ops/build.sh ENV [COMMIT]      COMMIT: default is the one that is checked out
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
tag=$(image_tag "${2:-}")
announce "builds $PREFIX:$tag and pushes it"
if tag_exists "$tag"; then
  note "$PREFIX:$tag exists already"
  exit 0
fi
repository=$(stack_output foundation RepositoryUri)
docker info >/dev/null 2>&1 || fail "Docker does not answer." "It is not installed or not started." \
  "Start Docker, or build in AWS: ops/build-remote.sh $ENVIRONMENT"

# From the commit and not from the working tree: the image holds exactly what its tag says.
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
git -C "$ROOT" archive "$tag:backend" | tar -x -C "$source"

case $ARCHITECTURE in
  arm64) platform=linux/arm64 ;;
  *) platform=linux/amd64 ;;
esac
# One plain manifest for each tag: an attestation would wrap it in an index, with untagged parts that the
# registry's lifecycle rule removes.
export BUILDX_NO_DEFAULT_ATTESTATIONS=1
docker build --platform "$platform" --tag "$repository:$tag" "$source"
aws ecr get-login-password | docker login --username AWS --password-stdin "${repository%%/*}"
docker push "$repository:$tag"
note "pushed $repository:$tag"
