#!/usr/bin/env bash
# Copies an image that has run in dev into the registry of prod, or of another environment: the same bytes, not a
# second build.
# usage: ops/promote.sh ENV [TAG]      TAG: default is the commit that is checked out
set -euo pipefail
. "$(dirname "$0")/lib.sh"

load_environment "${1:-}"
if [[ $ENVIRONMENT == dev ]]; then
  fail "dev's images are not copied." "They are built there, and copied from there." "ops/build.sh dev"
fi
tag=$(image_tag "${2:-}")
announce "copies $APP-dev:$tag to $PREFIX:$tag"
if tag_exists "$tag"; then
  note "$PREFIX:$tag exists already"
  exit 0
fi
target=$(stack_output foundation RepositoryUri)
source=$(node -p '
  const { app, environments } = require(process.argv[1]);
  environments.dev.account + ".dkr.ecr." + environments.dev.region + ".amazonaws.com/" + app + "-dev";
' "$ROOT/infra/settings.json")

# dev's registry lets the accounts of the others pull (imagesTo in infra/settings.json).
for registry in "${source%%/*}" "${target%%/*}"; do
  aws ecr get-login-password | docker login --username AWS --password-stdin "$registry"
done
# Without prefer-index=false a single manifest would be wrapped in an index, and its digest would change.
docker buildx imagetools create --prefer-index=false --tag "$target:$tag" "$source:$tag"

digest() { docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}'; }
tested=$(digest "$source:$tag")
copied=$(digest "$target:$tag")
if [[ $tested != "$copied" ]]; then
  fail "The copy is another image than the one in dev." "dev has $tested, $ENVIRONMENT has $copied." \
    "Delete $PREFIX:$tag from the registry of $ENVIRONMENT and run this again."
fi
note "$PREFIX:$tag is $copied"
