#!/usr/bin/env bash
# Sets a secret of the app: asks for the value without showing it, or takes it from standard input.
# usage: ops/secret.sh ENV NAME
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/parameter.sh"

load_environment "${1:-}"
name=${2:-}
if [[ ! $name =~ ^[A-Z][A-Z0-9_]*$ ]]; then
  fail "'$name' cannot be the name of a secret." "It becomes an environment variable." "Use a name like STRIPE_KEY."
fi
if [[ $name == DATABASE_PASSWORD ]]; then
  fail "DATABASE_PASSWORD is not set this way." "The database must get the new password, too." "docs/runbooks/secrets.md"
fi
path=/$APP/$ENVIRONMENT/$name
announce "sets the secret $path"
if [[ -t 0 ]]; then
  read -r -s -p "$name: " value
  printf '\n'
else
  value=$(cat)
fi
if [[ -z $value ]]; then
  fail "The value is empty." "The Parameter Store takes no empty value." "Give a value; CHANGE_ME stands for one to come."
fi
printf '%s' "$value" | put_parameter "$path" true
note "set $path"
case " ${SECRETS[*]-} " in
  *" $name "*) note "running tasks keep the old value until they are replaced: docs/runbooks/secrets.md" ;;
  *) note "add \"$name\" to environments.$ENVIRONMENT.secrets in infra/settings.json, so that the tasks get it" ;;
esac
