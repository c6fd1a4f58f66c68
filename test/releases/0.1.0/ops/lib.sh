# shellcheck shell=bash
# shellcheck disable=SC2034 # what it sets is read by the scripts that source it
# Shared by the scripts of this folder: sourced, never run. Works with the bash 3.2 of macOS and with both
# versions of the AWS CLI; JSON is read by node, which infra/ needs anyway.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
POLL_SECONDS=${POLL_SECONDS:-10}

# fail WHAT WHY FIX
fail() {
  printf '\nerror: %s\n  why: %s\n  fix: %s\n' "$1" "$2" "$3" >&2
  exit 1
}

# note TEXT
note() { printf -- '-- %s\n' "$*"; }

# load_environment ENV: sets APP, ENVIRONMENT, PREFIX, ACCOUNT, REGION, ARCHITECTURE, STACKS, SECRETS and SERVICES
# from infra/settings.json.
load_environment() {
  ENVIRONMENT=${1:-}
  local values
  values=$(node -e '
    const { app, environments } = require(process.argv[1]);
    if (!Object.hasOwn(environments, process.argv[2])) {
      console.log(Object.keys(environments).join(", "));
      process.exit(1);
    }
    const { account, region, architecture, audit, database, domain, cache, secrets, ...rest } =
      environments[process.argv[2]];
    const stacks = ["foundation", audit && "audit", database && "data", domain && "dns", cache && "cache"].filter(Boolean);
    const names = [database && "DATABASE_PASSWORD", ...secrets].filter(Boolean);
    const lists = [stacks, names, Object.keys(rest.workers ?? {})].map((list) => list.join(" "));
    console.log([app, account, region, architecture, ...lists].join("|"));
  ' "$ROOT/infra/settings.json" "$ENVIRONMENT") || fail "'$ENVIRONMENT' is no environment." \
    "The first argument is one of those in infra/settings.json: $values." "${0#"$ROOT"/} dev"
  local stacks secrets workers name
  IFS='|' read -r APP ACCOUNT REGION ARCHITECTURE stacks secrets workers <<<"$values"
  read -r -a STACKS <<<"$stacks"
  read -r -a SECRETS <<<"$secrets"
  PREFIX=$APP-$ENVIRONMENT
  SERVICES=("$PREFIX")
  for name in $workers; do SERVICES+=("$PREFIX-$name"); done
  # Version 1 of the AWS CLI reads only the second name, the CDK CLI only the first.
  export AWS_REGION=$REGION AWS_DEFAULT_REGION=$REGION AWS_PAGER=
}

require_known_account() {
  if [[ $ACCOUNT == 000000000000 ]]; then
    fail "The AWS account of $ENVIRONMENT is not known." \
      "infra/settings.json still has 000000000000 for it." \
      "Put its 12 digits at environments.$ENVIRONMENT.account: docs/runbooks/accounts-and-bootstrap.md"
  fi
}

# announce WHAT: makes sure that the credentials belong to the environment's account, then says what will happen.
announce() {
  require_known_account
  local profile='unset AWS_PROFILE' caller
  if [[ $ENVIRONMENT != dev ]]; then profile="export AWS_PROFILE=$ENVIRONMENT-$APP"; fi
  caller=$(aws sts get-caller-identity --query Account --output text) || fail \
    "AWS does not accept your credentials." \
    "There are none, or they have expired${AWS_PROFILE:+ (profile $AWS_PROFILE)}." \
    "$profile; then log in: docs/runbooks/accounts-and-bootstrap.md"
  if [[ $caller != "$ACCOUNT" ]]; then
    fail "These credentials are for account $caller." \
      "$ENVIRONMENT lives in account $ACCOUNT (infra/settings.json)." "$profile"
  fi
  printf 'account %s, region %s: %s\n' "$ACCOUNT" "$REGION" "$1"
}

# aws_json ARGUMENTS: an AWS command whose input is JSON on standard input. By way of a file that only its owner can
# read: the AWS CLI reads the input twice, which a pipe does not allow.
aws_json() {
  local input code=0
  input=$(mktemp)
  cat >"$input"
  aws "$@" --cli-input-json "file://$input" || code=$?
  rm -f "$input"
  return "$code"
}

# cdk ARGUMENTS
cdk() {
  if [[ ! -x $ROOT/infra/node_modules/.bin/cdk ]]; then
    fail "The CDK CLI is not installed." "infra/node_modules is missing." "npm ci --prefix infra"
  fi
  (cd "$ROOT/infra" && node_modules/.bin/cdk --no-notices "$@")
}

# deploy_stack NAME [TAG]: that stack alone. Without a tag CloudFormation keeps the ImageTag that it has.
deploy_stack() {
  local stack=$PREFIX-$1 tag=${2:-}
  cdk deploy "$stack" --exclusively --require-approval never ${tag:+--parameters "$stack:ImageTag=$tag"}
}

# stack_output STACK OUTPUT
stack_output() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$PREFIX-$1" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]") || value=None
  if [[ $value == None ]]; then
    fail "The stack $PREFIX-$1 has no output $2." "It has not been deployed yet." "docs/runbooks/first-deploy.md"
  fi
  printf '%s\n' "$value"
}

# deployed_tag: the tag that the service stack was deployed with last
deployed_tag() {
  local tag
  tag=$(aws cloudformation describe-stacks --stack-name "$PREFIX-service" --output text \
    --query "Stacks[0].Parameters[?ParameterKey=='ImageTag'].ParameterValue | [0]") || fail \
    "The service of $ENVIRONMENT was never deployed." "There is no stack $PREFIX-service." "ops/deploy.sh $ENVIRONMENT"
  printf '%s\n' "$tag"
}

# image_tag [TAG]: the tag given, else the commit that is checked out.
image_tag() {
  if [[ -n ${1:-} ]]; then
    printf '%s\n' "$1"
    return
  fi
  git -C "$ROOT" rev-parse --verify --quiet HEAD || fail \
    "There is no commit." "An image is named after the commit that it was built from." "git add --all && git commit"
}

# tag_exists TAG
tag_exists() {
  local count
  stack_output foundation RepositoryUri >/dev/null
  count=$(aws ecr batch-get-image --repository-name "$PREFIX" --image-ids "imageTag=$1" \
    --query 'length(images)' --output text) || exit 1
  [[ $count != 0 ]]
}

# require_image TAG
require_image() {
  if ! tag_exists "$1"; then
    fail "There is no image $PREFIX:$1." "It was never built, or a lifecycle rule has removed it." \
      "ops/build.sh $ENVIRONMENT $1"
  fi
}

# require_secrets [NAMES]: each exists and has been filled in; a task would start with the placeholder otherwise.
require_secrets() {
  local name path value fix
  for name in "$@"; do
    path=/$APP/$ENVIRONMENT/$name
    fix="ops/secret.sh $ENVIRONMENT $name"
    if [[ $name == DATABASE_PASSWORD ]]; then fix="ops/database-password.sh $ENVIRONMENT"; fi
    value=$(aws ssm get-parameters --names "$path" --with-decryption --output text \
      --query 'Parameters[0].Value') || exit 1
    case $value in
      None) fail "The secret $path does not exist." "The tasks of $PREFIX read it when they start." "$fix" ;;
      CHANGE_ME) fail "The secret $path still is CHANGE_ME." "The tasks of $PREFIX would start with it." "$fix" ;;
    esac
  done
}

# explain_and_fail WHAT
explain_and_fail() {
  "$ROOT/ops/explain.sh" "$ENVIRONMENT" >&2 || true
  fail "$1" "See above: the service's events, the stopped tasks and their last log lines." \
    "docs/runbooks/when-something-is-wrong.md"
}
