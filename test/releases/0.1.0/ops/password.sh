# shellcheck shell=bash
# Sourced by the scripts that make a password for the database.

# RDS refuses / @ " and spaces in a password; letters and digits also need no escaping in a URL.
random_password() { node -e 'process.stdout.write(require("node:crypto").randomBytes(24).toString("hex"))'; }
