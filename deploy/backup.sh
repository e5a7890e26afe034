#!/bin/sh
# Backups of the database, and the proof that they can be restored. Needs PostgreSQL's own programs and nothing else.
#
#   backup.sh write    one backup now: NAME.dump and NAME.rows, the count and hash of every table's rows at that moment
#   backup.sh drill    restores the newest backup into a scratch database, compares every table, drops it again
#   backup.sh check    0 when the newest backup is younger than 26 hours
#   backup.sh daily    writes one now and each day, drills each one, removes those older than BACKUP_DAYS
#
# DATABASE_URL names the database, BACKUP_FOLDER (default /backups) the place, BACKUP_DAYS (default 14) the age.
set -eu
umask 077

folder=${BACKUP_FOLDER:-/backups}
days=${BACKUP_DAYS:-14}

# One line for each table: name, rows, sum over the rows' hashes. The order of the rows does not matter, their content does.
hashes_query="
SELECT format('SELECT %L, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %s AS t',
              table_name, table_name)
FROM (SELECT format('%I.%I', n.nspname, c.relname) AS table_name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
      ORDER BY 1) AS tables"

# The dump and the hashes are of the same moment, whatever is written meanwhile: both see one exported snapshot.
write() {
  mkdir -p "$folder"
  name="$folder/dealer-crm-$(date -u +%Y%m%dT%H%M%SZ)"
  DUMP="$name.dump.new" psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --no-align --tuples-only --field-separator ' ' \
    --output "$name.rows.new" "$DATABASE_URL" <<END
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! pg_dump --format=custom --no-owner --no-privileges --snapshot="\$SNAPSHOT" --file="\$DUMP" "\$DATABASE_URL" || rm -f "\$DUMP"
SET LOCAL timezone = 'UTC';
SET LOCAL extra_float_digits = 1;
$hashes_query
\gexec
COMMIT;
END
  if [ ! -s "$name.dump.new" ] || [ ! -s "$name.rows.new" ]; then
    rm -f "$name.dump.new" "$name.rows.new"
    echo "The backup failed; see above." >&2
    exit 1
  fi
  # Readable to its end, or it does not count.
  pg_restore --list "$name.dump.new" >/dev/null
  mv "$name.rows.new" "$name.rows"
  mv "$name.dump.new" "$name.dump"
  echo "$name.dump: $(wc -c <"$name.dump" | tr -d ' ') bytes, $(wc -l <"$name.rows" | tr -d ' ') tables"
}

newest() {
  found=$(find "$folder" -name 'dealer-crm-*.dump' 2>/dev/null | sort | tail -n 1)
  if [ -z "$found" ]; then
    echo "There is no backup in $folder." >&2
    exit 1
  fi
  echo "$found"
}

# The same server and options, another database.
database_url() {
  options=${DATABASE_URL#"${DATABASE_URL%%\?*}"}
  address=${DATABASE_URL%%\?*}
  echo "${address%/*}/$1$options"
}

drill() {
  dump=$(newest)
  scratch="restore_drill_$$"
  maintenance=$(database_url postgres)
  restored=$(database_url "$scratch")
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --command "CREATE DATABASE $scratch TEMPLATE template0" "$maintenance"
  trap 'psql --no-psqlrc --quiet --command "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" "$maintenance"; rm -f "$folder/drill.$$"' EXIT
  trap 'exit 1' INT TERM HUP
  pg_restore --exit-on-error --no-owner --no-privileges --dbname="$restored" "$dump"
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --no-align --tuples-only --field-separator ' ' \
    --output "$folder/drill.$$" "$restored" <<END
SET timezone = 'UTC';
SET extra_float_digits = 1;
$hashes_query
\gexec
END
  if ! diff "${dump%.dump}.rows" "$folder/drill.$$"; then
    echo "$dump does not restore to what was saved (lines with < were saved, those with > came back)." >&2
    exit 1
  fi
  echo "$dump restores: $(wc -l <"$folder/drill.$$" | tr -d ' ') tables, every row the same"
}

check() {
  if [ -z "$(find "$folder" -name 'dealer-crm-*.dump' -mmin -1560 | head -n 1)" ]; then
    echo "No backup of the last 26 hours in $folder." >&2
    exit 1
  fi
}

prune() {
  find "$folder" \( -name 'dealer-crm-*.dump' -o -name 'dealer-crm-*.rows' -o -name '*.new' \) -mtime "+$days" -exec rm -f {} +
}

case "${1:-}" in
  write) write ;;
  drill) drill ;;
  check) check ;;
  daily)
    trap 'exit 0' INT TERM
    while :; do
      # In their own shells: a failed one is tried again an hour later, and the health check tells.
      if sh "$0" write && sh "$0" drill; then
        prune
        pause=86400
      else
        pause=3600
      fi
      sleep "$pause" &
      wait $!
    done
    ;;
  *)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
