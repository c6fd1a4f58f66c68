import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { oldPlatform } from '../../../src/migration/document-platforms.ts';
import { storedAnswers } from '../../../src/state.ts';
import { must, scratch } from '../../support.ts';
import { mapped, node, packageJson } from '../mapping/plans.ts';
import { folderWith } from '../tree.ts';
import { apps, copyOf, migrate } from './migrated.ts';

function documented(name: string, ...args: string[]): { folder: string; text: string } {
  const folder = copyOf(name);
  const { code, err } = migrate(folder, ...args);
  assert.equal(code, 0, err);
  return { folder, text: readFileSync(join(folder, 'docs/MIGRATION.md'), 'utf8') };
}

/** The shell blocks of a page. */
const blocks = (text: string): string[] =>
  [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** What is done on the old platform of an app of Node with these files. */
async function wordsFor(files: Readonly<Record<string, string>>) {
  const { migration } = await mapped({ ...node, ...files });
  return oldPlatform(migration);
}

describe('docs/MIGRATION.md', () => {
  for (const name of apps.keys())
    it(`of ${name} names all that was found, with its places, and hides nothing`, () => {
      const { folder, text } = documented(name);
      const { migration } = storedAnswers(folder);
      assert.ok(migration);
      for (const { what, fix, evidence } of migration.findings) {
        assert.ok(text.includes(what.trim()), what);
        assert.ok(text.includes(fix.trim().replace(/\s*\n\s*/g, ' ')), fix);
        for (const place of evidence) assert.ok(text.includes(place), place);
      }
      const [rows = ''] = /## What was found[\s\S]*?\n\n## /.exec(text) ?? [];
      assert.equal(
        rows.split('\n').filter((line) => line.startsWith('| ')).length,
        migration.rows.length + 1,
      );
      assert.doesNotMatch(text, /undefined|NaN|\[object/);
      for (const code of blocks(text)) must('bash', ['-n', '-c', code], folder);
    });
});

describe('the move from Heroku', () => {
  let text: string;
  before(() => {
    text = documented('desk-heroku').text;
  });

  it('makes the dump by Heroku, and speaks of its extensions and roles', () => {
    assert.match(text, /heroku pg:backups:capture --app "\$HEROKU_APP"/);
    assert.match(text, /heroku_ext/);
    assert.match(text, /Roles of Heroku/);
  });

  it('freezes, dumps, restores, compares and deploys in that order, and has a way back', () => {
    const code = blocks(text).join('\n');
    const order = ['maintenance:on', 'pg:backups:download', 'db restore', 'db compare', 'deploy --env prod'];
    const places = order.map((word) => code.indexOf(word));
    assert.ok(
      places.every((place) => place > 0),
      places.join(),
    );
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
    assert.match(text, /## The way back[\s\S]*maintenance:off/);
  });
});

describe('the move from Heroku of an app with several processes', () => {
  it('stops each of them but web, and starts as many as there were', async () => {
    const quantities = { worker: { quantity: 4 }, clock: { quantity: 1 } };
    const { freeze, unfreeze } = await wordsFor({
      Procfile: 'web: node a.js\nworker: node b.js\nclock: node c.js\nurgentworker: node d.js\n',
      'app.json': JSON.stringify({ formation: quantities }),
    });
    assert.match(freeze.join('\n'), /^heroku ps:scale worker=0 clock=0 urgentworker=0 --app/m);
    assert.match(unfreeze.join('\n'), /^heroku ps:scale worker=4 clock=1 urgentworker=1 --app/m);
  });

  it('has nothing to stop where there is only web', async () => {
    const { freeze, unfreeze } = await wordsFor({ Procfile: 'web: node a.js\n' });
    assert.doesNotMatch([...freeze, ...unfreeze].join('\n'), /ps:scale/);
  });
});

describe('the move from Railway', () => {
  const program = `import { project, service, postgres } from "railway/iac";
    export default project("shop", (ctx) => {
      const db = postgres("Orders");
      const api = service("api", { start: "node a.js --port $PORT", healthcheck: "/up", env: { DATABASE_URL: db.env.DATABASE_URL } });
      const mail = service("mail worker", { start: "node b.js" });
      return [db, api, mail];
    });`;

  it('names the service that is carried over, its database, and each further service', async () => {
    const words = await wordsFor({ '.railway/railway.ts': program });
    const names = [...words.names, ...(words.databaseNames ?? [])].map(([name, value]) => [name, value]);
    assert.deepEqual(names, [
      ['RAILWAY_SERVICE', 'api'],
      ['RAILWAY_DATABASE', 'Orders'],
    ]);
    assert.match(words.freeze.join('\n'), /^railway down --service 'mail worker' --yes$/m);
    assert.match(words.unfreeze.join('\n'), /^railway redeploy --service 'mail worker' --yes$/m);
  });

  it('calls a database that only a driver speaks of as Railway does', async () => {
    const { databaseNames } = await wordsFor({
      'package.json': packageJson({ pg: '8.16.3' }),
      'railway.json': JSON.stringify({ deploy: { startCommand: 'node a.js' } }),
    });
    assert.equal(databaseNames?.[0]?.[1], 'Postgres');
  });
});

describe('the move from Fly', () => {
  it('stops each process group, and starts as many as there were', async () => {
    const { freeze, unfreeze } = await wordsFor({
      'fly.toml':
        'app = "shop"\n[processes]\nweb = "node a.js"\nqueue = "node b.js"\n[http_service]\ninternal_port = 8080\nprocesses = ["web"]\n',
    });
    assert.match(freeze.join('\n'), /^fly scale count web=0 queue=0 --app "\$FLY_APP" --yes$/m);
    assert.match(unfreeze.join('\n'), /^fly scale count web=2 queue=1 --app "\$FLY_APP" --yes/m);
  });

  it('exports the variables of the app, and not those of the machine', async () => {
    const [command = ''] = (await wordsFor({ 'fly.toml': 'app = "shop"\n' })).variables;
    const printed =
      'PATH=/bin\nHOME=/root\nLC_ALL=C\n_=/bin/printenv\nFLY_REGION=fra\nPRIMARY_REGION=fra\nPATHS=1\nA=b=c\n';
    const WORK = scratch();
    const script = `fly() { printf '%b' "$PRINTED"; }\n${command}\n`;
    const { status } = spawnSync('bash', ['-e', '-c', script], {
      env: { PATH: process.env.PATH, WORK, PRINTED: printed },
    });
    assert.equal(status, 0);
    assert.equal(readFileSync(join(WORK, 'variables.env'), 'utf8'), 'PATHS=1\nA=b=c\n');
  });
});

describe('the move to a domain that is in use', () => {
  it('puts the old addresses into the new zone before, takes them out at the switch, and back for the way back', () => {
    const { text } = documented('shop-render');
    const [create, remove, back] = ['CREATE', 'DELETE', 'UPSERT'].map((action) =>
      text.indexOf(`"Action":"${action}","ResourceRecordSet":{"Name":"api.shop.example"`),
    );
    assert.ok(create && remove && back && 0 < create && create < remove && remove < back);
    assert.ok(text.indexOf('db compare') < remove);
  });
});

describe('the secrets of the old platform', () => {
  it('are pushed without the addresses of what is not set up here, which are asked for', () => {
    const { text } = documented('shop-render');
    const [filter = ''] = /grep -vE .*/.exec(text) ?? [];
    assert.match(filter, /\|SEARCH_URL[|)]/);
    assert.match(text, /Set `SEARCH_URL` by hand/);
  });
});

describe('the preparation', () => {
  it('has accounts, profiles and tools at hand before the first command that needs them', () => {
    const { text } = documented('shop-render');
    const first = text.indexOf('ops run ops -- secrets diff');
    assert.ok(
      text.indexOf('accounts-and-bootstrap.md') < first && text.indexOf('npm --prefix ops ci') < first,
    );
  });

  it('of an app of Fly has the name of fly.toml, and no database where there is none', () => {
    const folder = folderWith({
      'package.json': '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5.1.0"}}',
      Dockerfile: 'FROM node:24-slim\nCMD ["node", "a.js"]\n',
      'fly.toml': 'app = "acme-shop"\n[http_service]\ninternal_port = 8080\n',
    });
    const { code, err } = migrate(folder, '--name', 'shop', '--skip-git');
    assert.equal(code, 0, err);
    const text = readFileSync(join(folder, 'docs/MIGRATION.md'), 'utf8');
    assert.match(text, /^FLY_APP=acme-shop /m);
    assert.doesNotMatch(text, /FLY_DATABASE/);
  });
});

describe('the move of an app without a database', () => {
  it('has no dump in it', () => {
    const { text } = documented('express-npm-start');
    assert.match(text, /There is no database to move/);
    assert.doesNotMatch(text, /db (restore|compare|dump)|pg_dump/);
  });
});
