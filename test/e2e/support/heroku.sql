-- A database as one finds it on Heroku: extensions in a schema of their own, and one of everything that has to arrive.
CREATE SCHEMA heroku_ext;
CREATE EXTENSION citext SCHEMA heroku_ext;
CREATE EXTENSION pg_trgm SCHEMA heroku_ext;
CREATE EXTENSION "uuid-ossp" SCHEMA heroku_ext;
-- As Supabase has it, and with a name that means something else to a shell and in a pattern.
CREATE SCHEMA extensions;
CREATE EXTENSION pgcrypto SCHEMA extensions;
CREATE SCHEMA "Tools (+) 'own'";
CREATE EXTENSION unaccent SCHEMA "Tools (+) 'own'";
COMMENT ON EXTENSION citext IS 'only its owner could say that';

CREATE TABLE notes (id bigserial PRIMARY KEY, text text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
INSERT INTO notes (text) SELECT 'note ' || i FROM generate_series(1, 1000) i;
COMMENT ON TABLE notes IS 'kept';

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT heroku_ext.uuid_generate_v4(),
  email heroku_ext.citext NOT NULL UNIQUE,
  name text
);
INSERT INTO users (email, name) SELECT 'User' || i || '@example.com', 'Ada ' || i FROM generate_series(1, 50) i;
ALTER TABLE users ADD COLUMN state varchar(10) NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'gone'));
CREATE VIEW gone_users AS SELECT id FROM users WHERE state IN ('gone', 'left');
CREATE INDEX users_name ON users USING gin (name heroku_ext.gin_trgm_ops);

CREATE TYPE mood AS ENUM ('well', 'so so');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE "Order Items" (id int, "Label" text);
INSERT INTO "Order Items" VALUES (1, 'a'), (2, NULL);
CREATE TABLE tags (id int PRIMARY KEY, mood mood, data jsonb, blob bytea, price numeric(10, 2), ratio float8, span interval);
INSERT INTO tags VALUES (1, 'well', '{"a": [1, 2]}', '\xdeadbeef', 9.90, 0.1, '1 day 02:03'), (2, NULL, NULL, NULL, NULL, 'NaN', NULL);
CREATE TABLE links (note bigint NOT NULL REFERENCES notes, tag int NOT NULL REFERENCES tags, PRIMARY KEY (note, tag));
INSERT INTO links VALUES (1, 1), (2, 1), (2, 2);
CREATE INDEX links_tag ON links (tag);
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_all ON tags FOR SELECT USING (id > 0);

-- Columns and tables that are called as something is in facts.sql.
CREATE TABLE colours (id int PRIMARY KEY, name text, r int, g int, b int);
INSERT INTO colours VALUES (1, 'red', 255, 0, 0), (2, 'none', NULL, NULL, NULL);
CREATE TABLE sheets (id int PRIMARY KEY, rows int, columns int, title text);
INSERT INTO sheets VALUES (1, 200000, 3, 'a large one'), (2, NULL, 3, 'another');
CREATE TABLE "counted ""as"" %told" (kind text, value text, name text, rows text, "r.*" text);
INSERT INTO "counted ""as"" %told" VALUES ('a', 'b', 'c', 'many', 'd');

CREATE TABLE visits (day date NOT NULL, count int) PARTITION BY RANGE (day);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO visits SELECT '2025-12-01'::date + i, i FROM generate_series(1, 60) i;

CREATE SCHEMA billing;
CREATE TABLE billing.invoices (id int GENERATED ALWAYS AS IDENTITY (START 100) PRIMARY KEY, paid boolean);
INSERT INTO billing.invoices (paid) VALUES (true), (false);
CREATE VIEW open_invoices AS SELECT * FROM billing.invoices WHERE NOT paid;
CREATE VIEW moods AS SELECT id, mood FROM tags GROUP BY id;
CREATE SEQUENCE steps INCREMENT 5;
CREATE MATERIALIZED VIEW note_counts AS SELECT count(*) FROM notes;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at = now(); RETURN NEW; END $$;
CREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;
CREATE TRIGGER notes_touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION touch();
SELECT lo_from_bytea(0, 'a large object');

-- What Heroku itself puts there: only a superuser can make it, and nobody needs it elsewhere.
CREATE SCHEMA _heroku;
CREATE FUNCTION _heroku.create_ext() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
COMMENT ON FUNCTION _heroku.create_ext() IS 'of Heroku';
CREATE EVENT TRIGGER log_create_ext ON ddl_command_end EXECUTE FUNCTION _heroku.create_ext();
