# shellcheck shell=bash
# Writes SecureStrings of the Parameter Store; sourced. A value is never an argument: those of a process can be read
# by everybody on the machine, and a shell keeps them in its history.

# parameter_exists PATH
parameter_exists() {
  local count
  count=$(aws ssm get-parameters --names "$1" --query 'length(Parameters)' --output text) || exit 1
  [[ $count != 0 ]]
}

# put_parameter PATH OVERWRITE: the value from standard input
put_parameter() {
  node -e '
    const [path, overwrite] = process.argv.slice(1);
    const Value = require("node:fs").readFileSync(0, "utf8").replace(/\r?\n$/, "");
    const input = { Name: path, Type: "SecureString", Value, Overwrite: overwrite === "true" };
    process.stdout.write(JSON.stringify(input));
  ' "$1" "$2" | aws_json ssm put-parameter --query Version --output text >/dev/null
}
