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

-- What some versions do not know is read by way of JSON, where it is NULL then. `definition`: as the server prints it.
SELECT json_build_object('kind', CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'columns' END,
  'name', format('%I.%I', n.nspname, c.relname), 'value', told.columns,
  'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE told.defaults END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL (
  SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
      CASE to_jsonb(a) ->> 'attidentity' WHEN 'a' THEN 'always identity' WHEN 'd' THEN 'by default identity' END,
      CASE WHEN to_jsonb(a) ->> 'attgenerated' <> '' THEN 'generated' END), ', ' ORDER BY a.attnum) AS columns,
    string_agg(format('%I %s', a.attname, pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY a.attnum) FILTER (WHERE d.adbin IS NOT NULL) AS defaults
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) told
WHERE c.relkind IN ('r', 'p', 'f', 'c', 'v', 'm') AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'row security', 'name', format('%I.%I', n.nspname, c.relname), 'value', CASE WHEN c.relforcerowsecurity THEN 'forced' ELSE 'enabled' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relrowsecurity AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'policy', 'name', format('%I.%I %I', n.nspname, c.relname, p.polname),
  'value', concat_ws(' ', CASE to_jsonb(p) ->> 'polpermissive' WHEN 'false' THEN 'restrictive' END, p.polcmd, 'to',
    (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r)::text END, ', ' ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) r)),
  'definition', concat_ws(' check ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)))
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'index', 'name', format('%I.%I', n.nspname, c.relname), 'value', CASE WHEN i.indisvalid THEN 'valid' ELSE 'invalid' END,
  'definition', pg_get_indexdef(i.indexrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE :own AND i.indrelid NOT IN (:extended);

-- NOT NULL became a constraint with a name in version 18; the columns tell it.
SELECT json_build_object('kind', 'constraint', 'name', format('%I.%I %I', n.nspname, c.relname, o.conname), 'value', CASE WHEN o.convalidated THEN 'valid' ELSE 'not valid' END,
  'definition', pg_get_constraintdef(o.oid))
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE o.contype <> 'n' AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'trigger', 'name', format('%I.%I %I', n.nspname, c.relname, t.tgname), 'value', t.tgenabled,
  'definition', pg_get_triggerdef(t.oid))
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND :own AND c.oid NOT IN (:extended);

SELECT json_build_object('kind', 'rule', 'name', format('%I.%I %I', n.nspname, c.relname, r.rulename), 'value', r.ev_enabled,
  'definition', pg_get_ruledef(r.oid))
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND :own AND c.oid NOT IN (:extended);

-- The body of a function in SQL may be parsed already, since version 14.
SELECT current_setting('server_version_num')::int >= 140000 AS parsed \gset
\if :parsed
  \set body 'pg_get_function_sqlbody(p.oid)'
\else
  \set body NULL
\endif
SELECT json_build_object('kind', 'function', 'name', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
  'value', md5(concat_ws(' ', l.lanname, pg_get_function_result(p.oid), p.provolatile, p.proisstrict, p.prosecdef, p.proconfig, p.prosrc)),
  'definition', concat_ws(' ', pg_get_function_arguments(p.oid), :body))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE :own AND p.oid NOT IN (:extended);

SELECT json_build_object('kind', 'type', 'name', format('%I.%I', n.nspname, t.typname),
  'value', CASE WHEN t.typtype = 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'not null' END)
    ELSE (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END,
  'definition', concat_ws(' ', t.typdefault,
    (SELECT string_agg(format('%I %s', o.conname, pg_get_constraintdef(o.oid)), ', ' ORDER BY o.conname) FROM pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c')))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd', 'r') AND :own AND t.oid NOT IN (:extended);

SELECT json_build_object('kind', 'large objects', 'name', 'database', 'value', count(*)::text) FROM pg_largeobject_metadata;

-- What an object of the owner's is said to be; of those that are in a schema.
SELECT json_build_object('kind', 'comment', 'name', concat_ws(' ', o.type, o.identity), 'value', d.description)
FROM pg_description d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o JOIN pg_namespace n ON n.nspname = o.schema
WHERE d.classoid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass) AND :own AND d.objoid NOT IN (:extended);

-- Partitions that PostgreSQL knows itself are there since version 10.
SELECT current_setting('server_version_num')::int >= 100000 AS partitions \gset
\if :partitions
SELECT json_build_object('kind', 'partition', 'name', format('%I.%I', n.nspname, c.relname),
  'value', concat_ws(' ', 'of', i.inhparent::regclass, pg_get_expr(c.relpartbound, c.oid)), 'definition', pg_get_partkeydef(i.inhparent))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relispartition AND c.relkind NOT IN ('i', 'I') AND :own AND c.oid NOT IN (:extended);
\endif

SELECT format(
  'SELECT json_build_object(''kind'', ''sequence'', ''name'', %L, ''value'', concat_ws('' '', last_value, CASE WHEN NOT is_called THEN ''(next)'' END, %L::text)) FROM %s',
  format('%I.%I', n.nspname, c.relname),
  (SELECT nullif(concat_ws(' ', CASE WHEN p.increment <> 1 THEN format('by %s', p.increment) END, CASE WHEN p.cycle_option THEN 'in a cycle' END), '')
    FROM pg_sequence_parameters(c.oid) p),
  format('%I.%I', n.nspname, c.relname))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND :own AND c.oid NOT IN (:extended)
\gexec

-- The checksum is a sum over the rows, so that their order does not matter. Which rows of a large table are read is up
-- to their key, so that the columns of the others, which may be long, need not be read. A column may have any name: a
-- name alone would be the column's, and `(r.*)` is the row whatever its columns are called.
SELECT format($query$
  WITH counted AS (SELECT count(*) AS rows FROM ONLY %2$s)
  SELECT json_build_object('kind', told.kind, 'name', %1$L, 'value', told.value) FROM counted, LATERAL (VALUES
    ('rows', counted.rows::text),
    ('checksum', (SELECT coalesce(sum(('x' || left(md5((r.*)::text), 15))::bit(60)::bigint), 0)::text FROM ONLY %2$s r
      WHERE counted.rows <= %4$s OR left(md5((%3$s)::text), 2) = '00'))) told (kind, value)
  $query$,
  format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, c.relname),
  coalesce((SELECT 'ROW(' || string_agg(format('r.%I', a.attname), ', ' ORDER BY a.attnum) || ')'
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = c.oid AND i.indisprimary), 'r.*'),
  :'all'::bigint)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND :own AND c.oid NOT IN (:extended)
ORDER BY c.oid::regclass::text
\gexec
COMMIT;
