#!/usr/bin/env bash
# Makes the password of the database: 48 random characters in the Parameter Store, once. Never overwrites one: the
# database would go on with the old password.
# usage: ops/database-password.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/parameter.sh"
. "$ROOT/ops/password.sh"

load_environment "${1:-}"
path=/$APP/$ENVIRONMENT/DATABASE_PASSWORD
announce "makes the secret $path if there is none"
if parameter_exists "$path"; then
  require_secrets DATABASE_PASSWORD
  note "$path exists and stays as it is"
  exit 0
fi
random_password | put_parameter "$path" false
note "made $path"
