#!/usr/bin/env bash
# Runs in the container 'database' of the tasks that the commands `db` start, in the image of PostgreSQL. PGHOST and its like
# lead to the database of the environment, SOURCE_HOST and its like to the one that data comes from. What one container
# leaves for the next lies in $WORK.
# usage: database-task.sh check | dump | restore [--clean] | compare | rehearse    restore and rehearse: of $WORK/dump, else of the source
set -euo pipefail

database=$PGDATABASE
dump=$WORK/dump
# No owner gives this name to anything.
scratch=ops-db-rehearse-scratch

# Who may have signed the certificate of a source that is to be checked: AWS, or those whom everybody trusts.
authorities=
if [[ ${SOURCE_SSLMODE-} == verify-* ]]; then
  authorities=$WORK/authorities.pem
  cat "$WORK/rds-ca.pem" "$WORK/public-ca.pem" >"$authorities"
fi

# refuse TEXT: nothing was changed
refuse() {
  echo "refused: $*"
  exit 65
}

# timed NAME COMMAND…: says how long it took, in milliseconds
timed() {
  local name=$1 from=${EPOCHREALTIME//[!0-9]/}
  shift
  echo "-- $name"
  "$@"
  echo "took $(((${EPOCHREALTIME//[!0-9]/} - from) / 1000)) $name"
}

query() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

# from_source COMMAND…: with the other database. Its password stays in variables: arguments can be read by all.
from_source() {
  # shellcheck disable=SC2153 # the task definition sets them
  local -x PGHOST=$SOURCE_HOST PGPORT=$SOURCE_PORT PGDATABASE=$SOURCE_NAME PGUSER=$SOURCE_USER
  local -x PGPASSWORD=$SOURCE_PASSWORD PGSSLMODE=$SOURCE_SSLMODE PGSSLROOTCERT=$authorities
  "$@"
}

# pg_dump must be as new as what it reads, and what it writes is for a server as new as itself.
check_source() {
  local theirs ours
  theirs=$(from_source query --command='SHOW server_version_num')
  ours=$(query --command='SHOW server_version_num')
  if ((theirs / 10000 > ours / 10000)); then
    refuse "the source is PostgreSQL $((theirs / 10000)), this database $((ours / 10000)); it must be as new as the source"
  fi
}

# Heroku keeps _heroku for itself, and lets nobody read it.
dump_source() { from_source pg_dump --format=custom --no-owner --no-acl --exclude-schema=_heroku --file="$dump"; }

# entries PATTERN: lines of the dump's table of contents
entries() { grep -E "^[0-9]+; [0-9]+ [0-9]+ $1 " "$WORK/contents" || true; }

# Schemas and extensions first, each in the schema that the dump has it in: tables and indexes name that schema. A schema
# that is there already stays. RDS hands out no superuser, so what belongs to one is left out.
restore_extensions() {
  pg_restore --list "$dump" >"$WORK/contents"
  entries 'EXTENSION -' >"$WORK/extensions"
  local name
  for name in $SKIPPED_EXTENSIONS; do sed -i "/ EXTENSION - $name /d" "$WORK/extensions"; done
  pg_restore --use-list="$WORK/extensions" --file="$WORK/extensions.sql" "$dump"
  check_extensions
  entries 'SCHEMA -' | { grep -v ' SCHEMA - _heroku ' || true; } >"$WORK/schemas"
  {
    pg_restore --no-owner --no-acl --use-list="$WORK/schemas" --file=- "$dump" |
      sed 's/^CREATE SCHEMA /&IF NOT EXISTS /'
    # The dump has none for an extension in public.
    sed -nE 's/^CREATE EXTENSION .* WITH SCHEMA (.+);$/CREATE SCHEMA IF NOT EXISTS \1;/p' "$WORK/extensions.sql" |
      { grep -v ' pg_catalog;$' || true; }
  } >"$WORK/schemas.sql"
  PGOPTIONS='-c client_min_messages=warning' query --file="$WORK/schemas.sql" --file="$WORK/extensions.sql" >/dev/null
  check_schemas
  # On Heroku every role finds it there without naming it.
  if grep -q '^CREATE SCHEMA IF NOT EXISTS heroku_ext;' "$WORK/schemas.sql"; then
    query --command="ALTER DATABASE \"$PGDATABASE\" SET search_path TO \"\$user\", public, heroku_ext"
  fi
}

check_extensions() {
  local missing
  missing=$(sed -nE 's/^CREATE EXTENSION IF NOT EXISTS "?([^" ]+)"?.*/\1/p' "$WORK/extensions.sql" | sort |
    comm -23 - <(query --command='SELECT name FROM pg_available_extensions' | sort) | paste -sd ' ')
  if [[ -n $missing ]]; then
    refuse "this database does not offer the extensions $missing; leave them out with --without-extension"
  fi
}

# An extension that was there already stays where it was, and what the dump makes of it would not find it.
check_schemas() {
  local moved
  moved=$(sed -nE 's/^CREATE EXTENSION IF NOT EXISTS "?([^" ]+)"? WITH SCHEMA "?([^";]+)"?;$/\1 \2/p' "$WORK/extensions.sql" |
    sort | comm -23 - <(query --field-separator=' ' --command='SELECT extname, nspname FROM pg_extension
      JOIN pg_namespace n ON n.oid = extnamespace' | sort) | paste -sd ',')
  if [[ -n $moved ]]; then
    refuse "extensions are in another schema than in the dump, which has: $moved; ALTER EXTENSION … SET SCHEMA moves them"
  fi
}

# What is there already, or what only a superuser may make: RDS hands out none. A schema is never dropped: an extension,
# or what is newer than the dump, may be in it. Heroku's own event triggers and their
# functions are among it; here they would only be in the way.
select_wanted() {
  local there='EXTENSION -|COMMENT - (EXTENSION|SCHEMA (public|heroku_ext)) |SCHEMA - '
  local others='EVENT TRIGGER -|SCHEMA - _heroku |[A-Z ]+ _heroku '
  local entry='^[0-9]+; [0-9]+ [0-9]+ '
  grep -E "$entry($others)" "$WORK/contents" | sed -E "s/$entry/left out: /" || true
  grep -vE "$entry($there|$others)" "$WORK/contents" >"$WORK/wanted"
}

# restored OPTION…: without what only a superuser may make
restored() { pg_restore --no-owner --no-acl --no-publications --no-subscriptions "$@" "$dump"; }

# All of it or nothing: what is newer than the dump may depend on something in it, and pg_restore would find that out in
# the midst of its drops. They are what it prints before the first entry; data has none. Of a view that depends on a key
# it makes an empty one first, which needs types that are not there in a database that is still empty.
drop_restored() {
  grep -vE '^[0-9]+; [0-9]+ [0-9]+ (TABLE DATA|BLOBS) ' "$WORK/wanted" >"$WORK/dropped" || true
  # shellcheck disable=SC2016 # it is SQL's dollar
  restored --clean --if-exists --use-list="$WORK/dropped" --file=- | sed '/^-- Name: /,$d' |
    sed '/^CREATE OR REPLACE VIEW /,/;$/ { s/^CREATE /DO $view$ BEGIN &/; s/;$/; EXCEPTION WHEN undefined_object THEN NULL; END $view$;/ }' >"$WORK/drop.sql"
  query --single-transaction --file="$WORK/drop.sql" >/dev/null ||
    refuse 'nothing was dropped, for what is said above; drop what depends on it and is not in the dump, in db shell, and run this again'
}

# restore_data [--clean]
restore_data() {
  select_wanted
  if [[ ${1:-} == --clean ]]; then drop_restored; fi
  restored --exit-on-error --verbose --jobs=2 --use-list="$WORK/wanted" --dbname="$PGDATABASE"
}

# A restore brings no statistics, without which the first queries take the wrong way.
analyze() { PGOPTIONS='-c client_min_messages=error' query --command=ANALYZE; }

# restore [--clean]
restore() {
  timed extensions restore_extensions
  timed data restore_data "$@"
  timed statistics analyze
}

# facts SIDE: one line for each thing that must be equal
facts() { query --set="all=$ALL_ROWS" <<<"$FACTS_SQL" | sed "s/^/fact $1 /"; }

compare() {
  timed 'reading the source' from_source facts source
  timed 'reading the target' facts target
  # Lines may get lost on their way; with this one at the end, none has.
  echo 'all facts are told'
}

drop_scratch() { PGDATABASE=$database query --command="DROP DATABASE IF EXISTS \"$scratch\" WITH (FORCE)"; }

# What a restore may take: as much as the source, or twice the dump, which is compressed.
room_needed() {
  if [[ -n ${SOURCE_HOST-} ]]; then
    from_source query --command='SELECT pg_database_size(current_database())'
  else
    echo $((2 * $(stat --format=%s "$dump")))
  fi
}

# A database whose storage is full stops, and the app with it. A tenth stays free, for what is written meanwhile.
check_room() {
  local needed used room
  needed=$(room_needed)
  used=$(query --command="SELECT sum(pg_database_size(oid)) FROM pg_database WHERE has_database_privilege(oid, 'CONNECT')")
  room=$((STORAGE_GIB * 1024 ** 3 * 9 / 10 - used))
  if ((room < needed)); then
    refuse "a rehearsal may take $((needed / 1024 ** 2)) MiB, and the database has room for $((room > 0 ? room / 1024 ** 2 : 0)); raise storageGiB in infra/settings.json, and deploy"
  fi
}

# Where there is no dump yet, it is made.
fetch() {
  if [[ -z ${SOURCE_HOST-} ]]; then return; fi
  check_source
  timed dump dump_source
}

rehearse() {
  check_room
  fetch
  drop_scratch
  trap drop_scratch EXIT
  timed 'scratch database' query --command="CREATE DATABASE \"$scratch\" TEMPLATE template0"
  export PGDATABASE=$scratch
  restore
  if [[ -n ${SOURCE_HOST-} ]]; then compare; else timed 'reading the target' facts target; fi
}

case $1 in
  check) check_source ;;
  dump) timed dump pg_dump --format=custom --no-owner --no-acl --file="$dump" ;;
  restore)
    fetch
    restore "${@:2}"
    ;;
  compare) compare ;;
  rehearse) rehearse ;;
esac
