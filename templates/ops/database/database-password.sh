#!/usr/bin/env bash
# Makes the password of the database: 48 random characters in the Parameter Store, once. Never overwrites one: the
# database would go on with the old password.
# usage: ops/database-password.sh dev|prod
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/parameter.sh"

load_environment "${1:-}"
path=/$APP/$ENVIRONMENT/DATABASE_PASSWORD
announce "makes the secret $path if there is none"
if parameter_exists "$path"; then
  require_secrets DATABASE_PASSWORD
  note "$path exists and stays as it is"
  exit 0
fi
# RDS refuses / @ " and spaces in a password; letters and digits also need no escaping in a URL.
node -e 'process.stdout.write(require("node:crypto").randomBytes(24).toString("hex"))' | put_parameter "$path" false
note "made $path"
