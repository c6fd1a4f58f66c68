-- What two databases must have in common after one was restored from the other: a JSON object each line. Reads all of
-- it at one moment. `all`: up to how many rows a table is read in full; of a larger one a 256th is, the same on both.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL timezone = 'UTC';
SET LOCAL datestyle = 'ISO';
SET LOCAL intervalstyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 3;

-- Schemas that are the owner's own, not the system's or Heroku's; and what belongs to an extension belongs to nobody here.
\set own 'n.nspname !~ ''^pg_'' AND n.nspname NOT IN (''information_schema'', ''_heroku'')'
\set extended 'SELECT objid FROM pg_depend WHERE deptype = ''e'''

SELECT json_build_object('kind', 'version', 'name', 'PostgreSQL', 'value', current_setting('server_version'));
SELECT json_build_object('kind', 'encoding', 'name', 'database', 'value', pg_encoding_to_char(encoding))
FROM pg_database WHERE datname = current_database();
SELECT json_build_object('kind', 'collation', 'name', 'database', 'value', datcollate)
FROM pg_database WHERE datname = current_database();
SELECT json_build_object('kind', 'extension', 'name', extname, 'value', extversion)
FROM pg_extension WHERE extname <> 'plpgsql';

SELECT json_build_object('kind', 'columns', 'name', format('%I.%I', n.nspname, c.relname), 'value',
  (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END), ', ' ORDER BY a.attnum)
   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'index', 'name', format('%I.%I', n.nspname, c.relname), 'value', CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE :own AND i.indrelid NOT IN (:extended);

-- NOT NULL became a constraint with a name in version 18; the columns tell it.
SELECT json_build_object('kind', 'constraint', 'name', format('%I.%I %I', n.nspname, c.relname, o.conname), 'value', CASE WHEN o.convalidated THEN 'valid' ELSE 'not valid' END)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE o.contype <> 'n' AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'trigger', 'name', format('%I.%I %I', n.nspname, c.relname, t.tgname), 'value', t.tgenabled)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'function', 'name', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), 'value', md5(p.prosrc))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE :own AND p.oid NOT IN (:extended);

SELECT json_build_object('kind', 'type', 'name', format('%I.%I', n.nspname, t.typname), 'value',
  (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd') AND :own AND t.oid NOT IN (:extended);

SELECT json_build_object('kind', 'large objects', 'name', 'database', 'value', count(*)::text) FROM pg_largeobject_metadata;

SELECT format(
  'SELECT json_build_object(''kind'', ''sequence'', ''name'', %L, ''value'', concat_ws('' '', last_value, CASE WHEN NOT is_called THEN ''(next)'' END)) FROM %s',
  format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, c.relname))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND :own AND c.oid NOT IN (:extended)
\gexec

-- The checksum is a sum over the rows, so that their order does not matter. Which rows of a large table are read is up
-- to their key, so that the columns of the others, which may be long, need not be read.
SELECT format($query$
  WITH counted AS (SELECT count(*) AS rows FROM ONLY %2$s)
  SELECT json_build_object('kind', kind, 'name', %1$L, 'value', value) FROM counted, LATERAL (VALUES
    ('rows', rows::text),
    ('checksum', (SELECT coalesce(sum(('x' || left(md5(r::text), 15))::bit(60)::bigint), 0)::text FROM ONLY %2$s r
      WHERE rows <= %4$s OR left(md5((%3$s)::text), 2) = '00'))) told (kind, value)
  $query$,
  format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, c.relname),
  coalesce((SELECT 'ROW(' || string_agg(format('r.%I', a.attname), ', ' ORDER BY a.attnum) || ')'
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = c.oid AND i.indisprimary), 'r'),
  :'all'::bigint)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND :own AND c.oid NOT IN (:extended)
ORDER BY c.oid::regclass::text
\gexec
COMMIT;
