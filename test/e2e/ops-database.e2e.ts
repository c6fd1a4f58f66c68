import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { watchArguments } from './support/arguments.ts';
import { type Emulator, type Machine, startEmulator } from './support/aws.ts';
import { linkInfraModules } from './support/infra.ts';
import { commandsOf, type Ops, opsProgram } from './support/ops.ts';
import { postgresTools, venv } from './support/paths.ts';
import { type Postgres, startPostgres } from './support/postgres.ts';
import { capture, type RunResult, run, serve, until } from './support/process.ts';
import { render } from './support/render.ts';

/** Of the large table, in MB; less on a machine that is busy. */
const megabytes = Number(process.env.E2E_DATABASE_MB ?? 1000);

const sourcePassword = 'old/Pass word%41:secret';
const tools = (version: 16 | 18, program: string) =>
  join(postgresTools, version === 16 ? 'pginstall' : 'pginstall18', 'bin', program);

describe('the database', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let ops: Ops;
  let machine: Machine;
  let directory = '';
  let source: Postgres;
  let target: Postgres;
  let newer: Postgres;
  let password = '';

  const at = ({ port }: Postgres, user: string, secret: string, database = 'app') => ({
    PGHOST: 'localhost',
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: secret,
    PGDATABASE: database,
    PGSSLMODE: 'require',
  });
  const sql = (env: Record<string, string>, text: string) =>
    capture(tools(16, 'psql'), ['-XAtqv', 'ON_ERROR_STOP=1'], { env, input: text, timeoutMs: 300_000 });
  const atSource = (text: string) => sql(at(source, 'app', source.password), text);
  const atTarget = (text: string, database = 'app') => sql(at(target, 'master', password, database), text);
  const databases = () => atTarget('SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1');
  const aws = (...args: string[]) => capture(join(venv, 'aws'), args, { env: emulator.environment });
  const address = (server: Postgres, user = 'old') =>
    `postgresql://${user}:${encodeURIComponent(sourcePassword)}@localhost:${server.port}/app`;
  const file = (name: string) => join(directory, name);

  before(async () => {
    [emulator, source, target, newer, directory] = await Promise.all([
      startEmulator(),
      startPostgres({ tls: true }),
      startPostgres({ tls: true }),
      startPostgres({ tls: true, version: 17 }),
      render({ backend: 'node', sse: false, database: true }, ['--skip-install', '--skip-git']),
    ]);
    await linkInfraModules(directory);
    ops = await commandsOf(directory, { ...emulator.environment, POLL_SECONDS: '0.2' });
    await ops('bootstrap --env dev');
    await ops('stacks --env dev', { timeoutMs: 300_000 });
    const parameters = ['--parameters', 'shop-dev-release:ImageTag=first'];
    const cdk = ['--prefix', 'infra', 'run', 'cdk', '--', 'deploy', 'shop-dev-release', '--exclusively'];
    await run('npm', [...cdk, '--require-approval', 'never', ...parameters], {
      cwd: directory,
      env: emulator.environment,
      timeoutMs: 300_000,
    });
    password = await readPassword();
    await prepareServers();
    machine = {
      images: { 'postgres:16': join(postgresTools, 'pginstall/bin'), 'aws-cli': venv, 'shop-dev': '/bin' },
      files: { '/app/rds-ca.pem': target.caFile, '/etc/pki/tls/certs/ca-bundle.crt': source.caFile },
      // The host name of RDS leads nowhere, and its user is no superuser.
      variables: { PGHOST: 'localhost', PGPORT: String(target.port), PGUSER: 'master' },
    };
    emulator.runTasksOn(machine);
  });
  after(async () => {
    await Promise.all([emulator.server.stop(), source.stop(), target.stop(), newer.stop()]);
  });

  const readPassword = () =>
    aws(
      'ssm',
      'get-parameter',
      '--with-decryption',
      '--name',
      '/shop/dev/DATABASE_PASSWORD',
      '--query',
      'Parameter.Value',
      '--output',
      'text',
    );

  /** What RDS hands out may make databases, and is no superuser. */
  async function prepareServers(): Promise<void> {
    const admin = at(target, 'app', target.password, 'postgres');
    await sql(
      admin,
      `CREATE ROLE master LOGIN CREATEDB PASSWORD '${password}'; DROP DATABASE app; CREATE DATABASE app OWNER master;`,
    );
    for (const server of [source, newer])
      await sql(
        at(server, 'app', server.password),
        `CREATE ROLE old LOGIN SUPERUSER PASSWORD '${sourcePassword}'; CREATE TABLE early (id int PRIMARY KEY); INSERT INTO early VALUES (1);`,
      );
    await atSource(readFileSync(join(import.meta.dirname, 'support/heroku.sql'), 'utf8'));
  }

  /** Runs a command while nobody's arguments may have a secret in them, and looks for it in all that is said. */
  async function quietly(args: string, env: Record<string, string> = {}, codes = [0]): Promise<RunResult> {
    const secrets = [sourcePassword, encodeURIComponent(sourcePassword), password];
    const watch = watchArguments(secrets);
    const result = await ops(args, { env, codes, timeoutMs: 300_000 }).finally(async () => {
      assert.deepEqual(await watch.stop(), []);
    });
    const log = await aws('logs', 'filter-log-events', '--log-group-name', '/shop/dev/release');
    for (const secret of secrets)
      for (const text of [result.stdout, result.stderr, log])
        assert.ok(!text.includes(secret), 'a secret was shown');
    const left = await aws(
      'ssm',
      'get-parameters-by-path',
      '--recursive',
      '--path',
      '/shop/dev/',
      '--query',
      'Parameters[].Name',
      '--output',
      'text',
    );
    assert.equal(left, '/shop/dev/DATABASE_PASSWORD');
    return result;
  }

  it('is watched for secrets in arguments by something that finds them', async () => {
    const watch = watchArguments(['a planted secret']);
    await run('sh', ['-c', 'sleep 0.3 # a planted secret']);
    assert.equal((await watch.stop()).length > 0, true);
  });

  it('gets a password once', async () => {
    const { stderr } = await quietly('db password --env dev');
    assert.match(stderr, /exists and stays as it is/);
    assert.equal(await readPassword(), password);
  });

  it('rehearses a cut-over in a scratch database, compares, times each step, and leaves nothing', async () => {
    const before = await databases();
    const { stdout, stderr } = await quietly(
      'db rehearse --without-extension unaccent OLD_DATABASE_URL --env dev --full',
      { OLD_DATABASE_URL: address(source) },
    );
    assert.match(stderr, /-- to know: extension unaccent: missing in the target/);
    assert.match(stderr, /-- equal: 12 tables with 1\d\d\d rows, \d+ sequences, \d+ indexes, 4 extensions/);
    for (const step of [
      'dump',
      'scratch database',
      'extensions',
      'data',
      'statistics',
      'reading the source',
      'reading the target',
      'in all',
    ])
      assert.match(stdout, new RegExp(`^${step} +\\d+ s$`, 'm'));
    assert.equal(await databases(), before);
    assert.equal(await atTarget("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), '0');
  });

  it('rehearses nothing that the database may have no room for', async () => {
    emulator.runTasksOn({ ...machine, variables: { ...machine.variables, STORAGE_GIB: '0' } });
    const from = { OLD_DATABASE_URL: address(source) };
    const { stdout } = await quietly('db rehearse OLD_DATABASE_URL --env dev', from, [65]);
    emulator.runTasksOn(machine);
    assert.match(stdout, /refused: a rehearsal may take \d+ MiB, and the database has room for 0/);
    assert.doesNotMatch(stdout, /took|-- dump/);
  });

  it('checks the certificate of a source when its address says so', async () => {
    const compare = (files: Machine['files'], code: number) => {
      emulator.runTasksOn({ ...machine, files: { ...machine.files, ...files } });
      const from = { OLD_DATABASE_URL: `${address(source)}?sslmode=verify-full` };
      return quietly('db compare OLD_DATABASE_URL --env dev', from, [code]);
    };
    const good = await compare({}, 1);
    assert.match(good.stderr, /The databases differ/);
    const bad = await compare({ '/etc/pki/tls/certs/ca-bundle.crt': source.otherCaFile }, 2);
    emulator.runTasksOn(machine);
    assert.match(bad.stdout, /certificate verify failed/);
  });

  it('takes no address as an argument, and does not show it', async () => {
    for (const command of ['compare', 'rehearse']) {
      const { stderr } = await ops(`db ${command} ${address(source)} --env dev`, { codes: [1] });
      assert.match(stderr, /has to be the name of a variable/);
      assert.ok(!stderr.includes(encodeURIComponent(sourcePassword)));
    }
  });

  it('takes nothing from a server that is newer, before anything starts', async () => {
    const { stdout, stderr } = await quietly(
      'db rehearse OLD_DATABASE_URL --env dev',
      { OLD_DATABASE_URL: address(newer) },
      [65],
    );
    assert.match(stdout, /refused: the source is PostgreSQL 17, this database 16/);
    assert.match(stderr, /was refused/);
    assert.doesNotMatch(await databases(), /rehearse/);
  });

  it('takes no snapshot for a restore from a server that is newer', async () => {
    const from = { OLD_DATABASE_URL: address(newer) };
    const { stdout, stderr } = await quietly('db restore OLD_DATABASE_URL --env dev', from, [65]);
    assert.match(stdout, /refused: the source is PostgreSQL 17, this database 16/);
    assert.doesNotMatch(stderr, /snapshot/);
  });

  it('refuses a dump of a newer server, and one of a newer pg_dump, before anything starts', async () => {
    const dump = ['--format=custom', '--file', file('newer.dump')];
    await run(tools(18, 'pg_dump'), dump, { env: at(newer, 'app', newer.password) });
    const calls = (await aws('rds', 'describe-db-snapshots', '--query', 'length(DBSnapshots)')).trim();
    const server = await ops('db restore newer.dump --env dev', { codes: [1] });
    assert.match(server.stderr, /The dump is of PostgreSQL 17, and the database is 16/);
    await run(tools(18, 'pg_dump'), dump, { env: at(source, 'app', source.password) });
    const writer = await ops('db restore newer.dump --env dev', { codes: [1] });
    assert.match(writer.stderr, /was written by pg_dump 18, and the database is 16/);
    for (const { stderr } of [server, writer]) assert.doesNotMatch(stderr, /snapshot|upload|task/);
    assert.equal((await aws('rds', 'describe-db-snapshots', '--query', 'length(DBSnapshots)')).trim(), calls);
  });

  it('refuses what is no dump', async () => {
    writeFileSync(file('plain.sql'), 'CREATE TABLE notes ();');
    const { stderr } = await ops('db restore plain.sql --env dev', { codes: [1] });
    assert.match(stderr, /plain.sql is no dump in custom format/);
    assert.match((await ops('db restore none.dump --env dev', { codes: [1] })).stderr, /cannot be read/);
  });

  it(`restores a dump with ${megabytes} MB in it, after a snapshot`, async () => {
    await atSource(`
      CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, payload text NOT NULL);
      INSERT INTO events (at, payload) SELECT now() + i * interval '1 s', repeat(md5(i::text), 15) FROM generate_series(1, ${megabytes * 1900}) i;`);
    const dump = ['--format=custom', '--compress=1', '--file', file('old.dump')];
    await run(tools(16, 'pg_dump'), dump, { env: at(source, 'app', source.password), timeoutMs: 300_000 });
    const { stdout, stderr } = await quietly('db restore old.dump --env dev');
    assert.match(stdout, /^left out: EVENT TRIGGER - log_create_ext/m);
    assert.match(stdout, /^left out: FUNCTION _heroku create_ext\(\)/m);
    assert.match(stderr, /-- snapshot shop-dev-before-restore-\d{8}-\d{6}\n.*The way back: the snapshot/s);
    const bytes = Number(await atTarget("SELECT pg_table_size('events')"));
    assert.ok(bytes > megabytes * 0.95e6, `${bytes} bytes`);
    assert.equal(await aws('s3', 'ls', 's3://shop-dev-dumps-123456789012-eu-central-1', '--recursive'), '');
    assert.equal(await atTarget('SHOW search_path'), '"$user", public, heroku_ext');
  });

  it('is equal to its source then', async () => {
    const { stderr } = await quietly('db compare OLD_DATABASE_URL --env dev', {
      OLD_DATABASE_URL: address(source),
    });
    assert.match(stderr, /-- equal: 13 tables/);
  });

  it('is not once a row, a sequence or what something is made of differs, and names each', async () => {
    await atTarget(`
      UPDATE notes SET text = 'other' WHERE id = 7;
      INSERT INTO "Order Items" VALUES (99, 'more');
      UPDATE colours SET name = 'other' WHERE id = 1;
      UPDATE sheets SET title = 'other';
      UPDATE "counted ""as"" %told" SET name = 'other';
      SELECT setval('notes_id_seq', 5000);
      DROP INDEX users_name;
      ALTER TABLE tags ADD COLUMN colour text;
      CREATE OR REPLACE VIEW open_invoices AS SELECT * FROM billing.invoices WHERE paid;
      ALTER TABLE notes ALTER created_at SET DEFAULT '2000-01-01';
      ALTER TABLE billing.invoices ALTER id DROP IDENTITY;
      ALTER TABLE tags DISABLE ROW LEVEL SECURITY;
      DROP POLICY read_all ON tags;
      DROP INDEX links_tag;
      CREATE INDEX links_tag ON links (note);
      CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 2; END;
      ALTER DOMAIN positive DROP CONSTRAINT positive_check;
      COMMENT ON TABLE notes IS 'other';
      ALTER SEQUENCE steps INCREMENT 1;
      ALTER TABLE visits DETACH PARTITION visits_2026;
      ALTER TABLE visits ATTACH PARTITION visits_2026 FOR VALUES FROM ('2026-01-01') TO ('2028-01-01');
      ALTER TABLE users DROP CONSTRAINT users_state_check;
      ALTER TABLE users ADD CONSTRAINT users_state_check CHECK (state IN ('new', 'lost'));`);
    const { stderr } = await quietly(
      'db compare OLD_DATABASE_URL --env dev',
      { OLD_DATABASE_URL: address(source) },
      [1],
    );
    const named =
      stderr
        .match(/^ {2}\S.*$/gm)
        ?.map((line) => line.trim())
        .filter((line) => !/^(why|fix)/.test(line)) ?? [];
    assert.deepEqual(named.map((line) => line.replace(/: .*/, '')).sort(), [
      'checksum public."Order Items"',
      'checksum public."counted ""as"" %told"',
      'checksum public.colours',
      'checksum public.notes',
      'checksum public.sheets',
      'checksum public.tags',
      'columns billing.invoices',
      'columns public.notes',
      'columns public.tags',
      'comment table public.notes',
      'constraint public.users users_state_check',
      'function public.one()',
      'index public.links_tag',
      'index public.users_name',
      'partition public.visits_2026',
      'policy public.tags read_all',
      'row security public.tags',
      'rows public."Order Items"',
      'sequence billing.invoices_id_seq',
      'sequence public.notes_id_seq',
      'sequence public.steps',
      'type public.positive',
      'view public.open_invoices',
    ]);
    assert.match(stderr, /rows public."Order Items": 2 in the source, 3 in the target/);
    assert.match(stderr, /The databases differ in 23 points/);
  });

  it('is restored over what is there with --clean, and is not without', async () => {
    for (const drop of [atSource, atTarget]) await drop('DROP TABLE events');
    await run(tools(16, 'pg_dump'), ['--format=custom', '--file', file('old.dump')], {
      env: at(source, 'app', source.password),
    });
    const snapshot = /-- snapshot (shop-dev-before-restore-\S+)/;
    const [, before = ''] =
      snapshot.exec((await quietly('db restore old.dump --env dev', {}, [1])).stderr) ?? [];
    const { stdout, stderr } = await quietly('db restore old.dump --env dev --no-snapshot', {}, [1]);
    assert.match(stdout, /already exists/);
    assert.doesNotMatch(stderr, /snapshot shop/);
    const again = await quietly('db restore old.dump --env dev --clean');
    const [, between = ''] = snapshot.exec(again.stderr) ?? [];
    assert.match(again.stderr, /The restore of 20\S+ \S+ UTC has not come to its end/);
    assert.match(again.stderr, new RegExp(`way back to what was there before: the snapshot ${before},`));
    assert.match(again.stderr, new RegExp(`What is there now, .*: the snapshot ${between}\\.`));
    // Once one has come to its end, the next one's own snapshot is the way back.
    const next = await quietly('db restore old.dump --env dev --clean');
    assert.match(next.stderr, /-- snapshot (\S+)\n[\s\S]*The way back: the snapshot \1,/);
    await quietly('db compare OLD_DATABASE_URL --env dev', { OLD_DATABASE_URL: address(source) });
  });

  it('loses nothing to --clean where something that is newer depends on it', async () => {
    await atTarget(
      'CREATE VIEW mine AS SELECT text FROM notes; CREATE TABLE newer (tag int REFERENCES tags)',
    );
    const relations = () =>
      atTarget("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1");
    const before = await relations();
    const { stdout } = await quietly('db restore old.dump --env dev --clean --no-snapshot', {}, [65]);
    assert.match(stdout, /newer_tag_fkey on table public\.newer depends on/);
    assert.match(stdout, /refused: nothing was dropped/);
    assert.equal(await relations(), before);
    await atTarget('DROP VIEW mine; DROP TABLE newer');
  });

  it('is dumped into its bucket, and from there restored', async () => {
    const { stdout } = await quietly('db dump --env dev');
    assert.match(
      stdout.trim(),
      /^s3:\/\/shop-dev-dumps-123456789012-eu-central-1\/shop-dev-\d{8}-\d{6}\.dump$/m,
    );
    await atTarget("UPDATE notes SET text = 'lost'");
    const dump = stdout.match(/^s3:.*$/m)?.[0];
    await quietly(`db restore ${dump} --env dev --clean --no-snapshot`);
    assert.equal(await atTarget("SELECT count(*) FROM notes WHERE text = 'lost'"), '0');
  });

  it('is dumped into a file that only its owner can read', async () => {
    await quietly('db dump mine.dump --env dev');
    assert.equal(statSync(file('mine.dump')).mode & 0o777, 0o600);
    assert.ok(!existsSync(file('mine.dump.part')));
    const entries = await capture(tools(16, 'pg_restore'), ['--list', file('mine.dump')]);
    assert.match(entries, /TABLE DATA public notes/);
    const again = await ops('db dump mine.dump --env dev', { codes: [1] });
    assert.match(again.stderr, /mine\.dump exists\.\n/);
    assert.doesNotMatch(again.stderr, /task/);
  });

  it('says what is wrong with an extension that it does not have, before anything is restored', async () => {
    await sql(at(source, 'app', source.password, 'postgres'), 'CREATE DATABASE odd');
    await sql(
      at(source, 'app', source.password, 'odd'),
      'CREATE EXTENSION hstore; CREATE TABLE only_here (id int);',
    );
    await run(tools(16, 'pg_dump'), ['--format=custom', '--file', file('odd.dump')], {
      env: at(source, 'app', source.password, 'odd'),
    });
    const dump = readFileSync(file('odd.dump')).toString('latin1').replaceAll('hstore', 'htsore');
    writeFileSync(file('odd.dump'), dump, 'latin1');
    const { stdout } = await quietly('db restore odd.dump --env dev --no-snapshot', {}, [65]);
    assert.match(stdout, /refused: this database does not offer the extensions htsore/);
    assert.equal(await atTarget("SELECT to_regclass('only_here') IS NULL"), 't');
    await quietly('db restore odd.dump --env dev --no-snapshot --without-extension htsore');
    assert.equal(await atTarget("SELECT to_regclass('only_here') IS NULL"), 'f');
  });

  it('takes over what another database holds, without a file in between', async () => {
    await atTarget(
      'DROP SCHEMA public, billing, heroku_ext, extensions, "Tools (+) \'own\'" CASCADE; CREATE SCHEMA public; SELECT lo_unlink(oid) FROM pg_largeobject_metadata',
    );
    const from = { OLD_DATABASE_URL: address(source) };
    await quietly('db restore OLD_DATABASE_URL --env dev --clean --no-snapshot', from);
    await quietly('db compare OLD_DATABASE_URL --env dev', from);
  });

  it('leaves what a task still has to read when nobody waits for it any more', async () => {
    const parameter = '/shop/dev/ops/SOURCE_DATABASE_PASSWORD';
    const stored = () => aws('ssm', 'get-parameters', '--names', parameter, '--query', 'length(Parameters)');
    emulator.runTasksOn({ ...machine, slowStart: 10 });
    const env = { ...emulator.environment, POLL_SECONDS: '0.2', OLD_DATABASE_URL: address(source) };
    const command = await serve(
      process.execPath,
      [...opsProgram, 'db', 'compare', 'OLD_DATABASE_URL', '--env', 'dev'],
      { cwd: directory, env, ready: async () => true },
    );
    await until('the task is on its way', 30_000, () => /-- (provisioning|pending)/.test(command.output()));
    assert.equal(await command.stop('SIGINT'), 130);
    emulator.runTasksOn(machine);
    assert.match(command.output(), /The task \S+ goes on\.\n {2}why: You have stopped waiting/);
    const [, clean = ''] = /Once it has: (aws ssm .*)$/m.exec(command.output()) ?? [];
    assert.equal(await stored(), '1');
    const [, task = ''] = /--tasks (\S+)/.exec(command.output()) ?? [];
    const query = 'tasks[0].[lastStatus, containers[?name==`database`].exitCode | [0]]';
    const at = ['--cluster', 'shop-dev', '--tasks', task, '--query', query, '--output', 'text'];
    await until(
      'the task has come to its end',
      60_000,
      async () => (await aws('ecs', 'describe-tasks', ...at)) === 'STOPPED\t0',
    );
    await capture('bash', ['-c', clean], { env: emulator.environment });
    assert.equal(await stored(), '0');
  });

  const sessionPath = () => ({ PATH: `${file('session')}:/usr/bin:/bin` });

  async function untilStopped(task: string): Promise<void> {
    const query = ['--query', 'tasks[0].lastStatus', '--output', 'text'];
    await until(
      'the task has stopped',
      10_000,
      async () =>
        (await aws('ecs', 'describe-tasks', '--cluster', 'shop-dev', '--tasks', task, ...query)) ===
        'STOPPED',
    );
  }

  it('is opened in a task of its own, which ends with the session', async () => {
    mkdirSync(file('session'));
    const record = `#!/bin/sh\necho "$@" >> ${file('session/arguments')}\n`;
    for (const name of ['aws', 'session-manager-plugin'])
      writeFileSync(file(`session/${name}`), record, { mode: 0o755 });
    await quietly('db shell --env dev', sessionPath());
    const [, , opened = ''] = readFileSync(file('session/arguments'), 'utf8').split('\n');
    const [, task = ''] = /^ecs execute-command --cluster shop-dev --task (\S+)/.exec(opened) ?? [];
    assert.match(opened, / --container database --interactive --command psql --region eu-central-1$/);
    await untilStopped(task);
  });

  it('leaves no task behind when somebody stops it before it is open', async () => {
    emulator.runTasksOn({ ...machine, slowStart: 10 });
    const env = { ...emulator.environment, POLL_SECONDS: '0.2', ...sessionPath() };
    const command = await serve(process.execPath, [...opsProgram, 'db', 'shell', '--env', 'dev'], {
      cwd: directory,
      env,
      ready: async () => true,
    });
    await until('the task is on its way', 30_000, () => /-- task \S+ is starting/.test(command.output()));
    assert.equal(await command.stop('SIGINT'), 130);
    emulator.runTasksOn(machine);
    assert.match(command.output(), /psql was not opened\.\n {2}why: You have stopped it/);
    const [, task = ''] = /-- task (\S+) is starting/.exec(command.output()) ?? [];
    await untilStopped(task);
  });

  it('gets a new password, which the Parameter Store and RDS are told, and nobody else', async () => {
    await quietly('db rotate-password --env dev');
    const changed = await readPassword();
    assert.notEqual(changed, password);
    assert.match(changed, /^[0-9a-f]{48}$/);
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});
