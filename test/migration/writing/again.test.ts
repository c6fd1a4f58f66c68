import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { folderWith } from '../tree.ts';
import { changes, commit, copyOf, migrate, run } from './migrated.ts';

const app = {
  'package.json': '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5.1.0"}}',
  'a.js': '',
};

/** A committed app of these files. */
const repoOf = (files: Readonly<Record<string, string>>): string => copyOf(folderWith(files));

const textIn = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

const storedIn = (folder: string) => JSON.parse(textIn(folder, '.yo-rc.json'))['generator-vibely'].migration;

function done(folder: string, ...args: string[]): string {
  const { code, out, err } = migrate(folder, ...args);
  assert.equal(code, 0, err);
  return out;
}

describe('An export of variables', () => {
  it('counts in the runs to come, until another one takes its place, and what goes then is listed', () => {
    const addons = '{"addons": [{"plan": "heroku-postgresql", "options": {"version": "17"}}]}';
    const folder = repoOf({ ...app, Procfile: 'web: node a.js\n', 'app.json': addons });
    const file = join(folder, '../h.env');
    writeFileSync(
      file,
      `DATABASE_URL=postgres://u:SENTINEL@ec2.example/db
WAREHOUSE_URL=postgres://u:SENTINEL@db.neon.tech/w
GH_APP_KEY=SENTINEL
MODE=live
DOCS=https://shop.herokuapp.com/docs
no assignment
`,
    );
    done(folder, '--variables', file);
    const { secrets, container } = storedIn(folder);
    assert.deepEqual(secrets, ['GH_APP_KEY', 'WAREHOUSE_URL']);
    assert.match(container.composed.DATABASE_URL, /^postgres:\/\/\$DATABASE_USER/);
    assert.match(textIn(folder, 'docs/MIGRATION.md'), /`h\.env:3`/);
    for (const path of ['docs/MIGRATION.md', '.yo-rc.json'])
      assert.ok(!/SENTINEL|\/h\.env/.test(textIn(folder, path)), path);

    commit(folder);
    assert.match(
      done(folder),
      /Nothing that was read is different\.[\s\S]*Nothing to do: everything is up to date/,
    );
    assert.equal(changes(folder), '');

    writeFileSync(file, 'MODE=test\nNEW_KEY=SENTINEL\n');
    const out = done(folder, '--variables', file);
    assert.match(out, /\n {2}- Variable GH_APP_KEY: .*Parameter Store/);
    assert.match(out, /\n {2}- Variable WAREHOUSE_URL: .*Parameter Store/);
    assert.match(out, /\n {2}\+ Variable NEW_KEY: .*Parameter Store/);
    assert.match(out, /\n {2}~ Variable MODE: "test"; was "live"\n/);
    assert.deepEqual(storedIn(folder).secrets, ['NEW_KEY']);
    assert.ok(!out.includes('SENTINEL'));
  });
});

describe('What differs from the last run', () => {
  it('is shown by a dry run, with the files that change, and as JSON', () => {
    const blueprint = `services:
  - {type: web, name: api, runtime: node, plan: standard, startCommand: node a.js, healthCheckPath: /up, disk: {name: d, mountPath: /data, sizeGB: 5}}
  - {type: worker, name: mail, runtime: node, startCommand: node a.js mail}
  - {type: worker, name: queue, runtime: node, startCommand: node a.js queue}
  - {type: cron, name: nightly, runtime: node, schedule: "0 3 * * *", startCommand: node a.js night}
`;
    const folder = repoOf({ ...app, 'render.yaml': blueprint });
    assert.ok(!done(folder).includes('Since the last run'));
    const changed = blueprint
      .replace('plan: standard', 'plan: pro')
      .replace('sizeGB: 5', 'sizeGB: 20')
      .replace('name: mail', 'name: mail, numInstances: 3')
      .replace(/ {2}- \{type: worker, name: queue.*\n/, '')
      .replace('0 3', '30 4');
    writeFileSync(join(folder, 'render.yaml'), changed);
    commit(folder);
    const { code, out, err } = run(folder, 'migrate', '--dry-run');
    assert.equal(code, 0, err);
    const section = out.slice(out.indexOf('\nSince the last run\n'));
    for (const line of [
      /\n {2}~ Size of api: pro \(2 vCPU, 4096 MB\); was standard \(1 vCPU, 2048 MB\)\n/,
      /\n {2}~ Tasks of mail: 3 \(3\); was 1 \(1\)\n/,
      /\n {2}~ Disk of api: 20 GB at \/data \(not carried over.*\); was 5 GB at \/data\n/,
      /\n {2}- Service queue: worker, starter \(Worker `queue`/,
      /\n {2}~ Schedule of job nightly: 30 4 \* \* \*; was 0 3 \* \* \*\n/,
      /\nUpdated:\n( {2}.*\n)*? {2}infra\/settings\.json\n/,
    ])
      assert.match(section, line);
    const json = JSON.parse(run(folder, 'migrate', '--dry-run', '--json').out) as { changes: object[] };
    assert.ok(json.changes.some((one) => 'what' in one && one.what === 'Service queue'));
    assert.equal(changes(folder), '');
  });
});

describe('The platform', () => {
  it('is looked for again where none spoke the last time', () => {
    const folder = repoOf({ 'go.mod': 'module shop\n', 'main.go': 'package main\n' });
    assert.match(done(folder), /Nothing was found that runs/);
    writeFileSync(join(folder, 'Procfile'), 'web: /app/shop --serve\n');
    writeFileSync(join(folder, 'Dockerfile'), 'FROM golang:1.25\nCOPY . /app\nCMD ["/app/shop"]\n');
    commit(folder);
    const out = done(folder);
    assert.match(out, /An app on Heroku: Procfile/);
    assert.match(out, /start +\/app\/shop --serve/);
    assert.match(out, /\n {2}~ Platform: Heroku; was /);
  });

  it('whose files are gone is told of; and it stays none where the owner has said so', () => {
    const folder = repoOf({ ...app, Procfile: 'web: node a.js\n' });
    done(folder);
    commit(folder);
    rmSync(join(folder, 'Procfile'));
    const { code, err } = migrate(folder);
    assert.equal(code, 1);
    assert.match(err, /^VIB101 The last run read the files of Heroku, and they are gone\./);
    assert.match(err, /--platform none/);
    done(folder, '--platform', 'none');
    writeFileSync(join(folder, 'Procfile'), 'web: node a.js\n');
    assert.match(done(folder), /Nothing to do: everything is up to date/);
  });
});
