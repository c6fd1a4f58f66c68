#!/usr/bin/env bash
# Gives the database a new password, puts it into the Parameter Store and replaces the tasks. New connections fail
# for a minute or two; open ones go on.
# usage: ops/rotate-database-password.sh ENV
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/ops/parameter.sh"
. "$ROOT/ops/password.sh"

load_environment "${1:-}"
announce "changes the password of the database of $PREFIX"
password=$(random_password)
printf '%s' "$password" | node -e '
  const MasterUserPassword = require("node:fs").readFileSync(0, "utf8");
  const input = { DBInstanceIdentifier: process.argv[1], MasterUserPassword, ApplyImmediately: true };
  process.stdout.write(JSON.stringify(input));
' "$PREFIX" | aws_json rds modify-db-instance --query DBInstance.DBInstanceStatus --output text
printf '%s' "$password" | put_parameter "/$APP/$ENVIRONMENT/DATABASE_PASSWORD" true
note "the database and the Parameter Store have the new password"
"$ROOT/ops/restart.sh" "$ENVIRONMENT"
