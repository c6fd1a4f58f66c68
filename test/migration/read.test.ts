import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describePlan } from '../../src/migration/describe.ts';
import { mapPlan } from '../../src/migration/mapping.ts';
import type { MigrationPlan } from '../../src/migration/plan.ts';
import { type HowToRead, readPlan, withoutGenerated } from '../../src/migration/read.ts';
import { openRepo } from '../../src/migration/repo.ts';
import { allPlatforms } from '../../src/platforms/all.ts';
import { Problem } from '../../src/problem.ts';
import type { Question } from '../../src/questions.ts';
import { casesOf, repoOf } from './cases.ts';
import { repoWith, shortly } from './tree.ts';

const blueprint =
  'services:\n  - {type: web, name: shop, runtime: node, startCommand: node render.js, healthCheckPath: /}\n';
const procfile = 'web: node heroku.js\nworker: node worker.js\n';

const planOf = (files: Readonly<Record<string, string>>, how: HowToRead = {}): Promise<MigrationPlan> =>
  readPlan(repoWith(files), how);

const ids = ({ findings }: MigrationPlan): string[] => findings.map(({ id }) => id);

async function problemOf(plan: Promise<unknown>): Promise<Problem> {
  const error: unknown = await plan.then(
    () => undefined,
    (refused: unknown) => refused,
  );
  assert.ok(error instanceof Problem, String(error));
  return error;
}

describe('The platform that is followed', () => {
  it('is the only one that speaks', async () => {
    assert.equal((await planOf({ 'render.yaml': blueprint })).platform, 'render');
    assert.equal((await planOf({ Procfile: procfile, 'render.yaml': '# nothing\n' })).platform, 'heroku');
  });

  it('must be named where two speak and nobody can be asked, and the refusal tells what they disagree on', async () => {
    const { code, text } = await problemOf(planOf({ 'render.yaml': blueprint, Procfile: procfile }));
    assert.equal(code, 'VIB100');
    assert.match(text.what, /Render \(render\.yaml\) and of Heroku \(Procfile\)/);
    assert.match(text.why, /Render has 1 web, Heroku 1 web, 1 worker/);
    assert.match(
      text.why,
      /'node render\.js' with Render \(render\.yaml:2\) and 'node heroku\.js' with Heroku \(Procfile:1\)/,
    );
    assert.match(text.fix, /--platform render or --platform heroku/);
  });

  it('is asked for where somebody can be asked', async () => {
    const asked: Question[] = [];
    const ask = (question: Question): Promise<unknown> => {
      asked.push(question);
      return Promise.resolve('heroku');
    };
    const plan = await planOf({ 'render.yaml': blueprint, Procfile: procfile }, { ask });
    assert.equal(plan.platform, 'heroku');
    assert.deepEqual(
      asked[0]?.choices?.map(({ value }) => value),
      ['render', 'heroku'],
    );
    assert.deepEqual(
      plan.others.map(({ platform }) => platform),
      ['render'],
    );
    assert.ok(plan.others[0]?.disagreements.length);
  });

  it("is the owner's word, which must name one that has a file", async () => {
    const files = { 'render.yaml': blueprint, Procfile: procfile };
    assert.equal((await planOf(files, { platform: 'render' })).services[0]?.start?.text, 'node render.js');
    const { code, text } = await problemOf(planOf(files, { platform: 'fly' }));
    assert.equal(code, 'VIB101');
    assert.match(text.fix, /--platform render or --platform heroku/);
  });

  it('may be none', async () => {
    const files = { 'package.json': '{"scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}' };
    assert.equal((await planOf(files)).platform, 'none');
    assert.equal(
      (await planOf({ ...files, 'render.yaml': blueprint }, { platform: 'none' })).platform,
      'none',
    );
  });
});

/** A word that nobody wrote: a contract's bytecode, a picture in base64. */
const word = Array.from(
  { length: 500_000 },
  (_, index) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-'[(index * 7919) % 64],
).join('');

/** Each file that is read, with the word in it. */
const longFiles: Readonly<Record<string, string>> = {
  'a.js': `export const bytecode = "${word}"; process.env.KEY`,
  'a.py': `BYTECODE = "${word}"\nos.environ["KEY"]\n`,
  'schema.prisma': word,
  'data.json': JSON.stringify({ bytecode: word }),
  'package.json': JSON.stringify({
    name: word,
    scripts: { start: `node a.js ${word}`, build: word },
    dependencies: { express: word },
    engines: { node: word },
  }),
  'requirements.txt': `flask\n${word}\n`,
  'pyproject.toml': `[project]\nname = "shop"\ndependencies = ["${word}"]\nrequires-python = "${word}"\n`,
  'gunicorn.conf.py': word,
  'manage.py': word,
  'yarn.lock': word,
  '.yarnrc.yml': `yarnPath: ${word}\n`,
  '.env.example': `KEY=${word}\n`,
  Dockerfile: `FROM node:24\nENV KEY=${word}\nENTRYPOINT ["./start.sh"]\nCMD node a.js ${word}\n`,
  'start.sh': `#!/bin/sh\n${word}\nexec "$@"\n`,
  Procfile: `web: gunicorn app:app ${word}\n`,
  'app.json': JSON.stringify({ env: { KEY: { value: word } }, scripts: { postdeploy: word } }),
  'heroku.yml': `run:\n  web: node a.js ${word}\n`,
  'render.yaml': `services:\n  - {type: web, name: a, runtime: node, startCommand: node a.js ${word}, envVars: [{key: KEY, value: ${word}}]}\n`,
  'railway.json': JSON.stringify({ deploy: { startCommand: `node a.js ${word}`, preDeployCommand: word } }),
  'railway.toml': `[deploy]\nstartCommand = "node a.js ${word}"\n`,
  'nixpacks.toml': `[start]\ncmd = "node a.js ${word}"\n`,
  'fly.toml': `app = "a"\n[env]\nKEY = "${word}"\n[processes]\nweb = "node a.js ${word}"\n`,
};

describe('A plan', () => {
  it('says so where nothing runs, with what is broken', async () => {
    const plan = await planOf({ 'render.yaml': 'a: b: c\n', 'README.md': 'x' });
    assert.deepEqual(plan.findings.map(shortly), ['yaml-invalid render.yaml:1', 'nothing-runs .:1']);
  });

  it('is read at once where a file has a word of 500 KB, whatever file it is', async () => {
    const rest = {
      'package.json': '{"scripts": {"start": "node a.js"}}',
      'a.js': '',
      Procfile: 'web: node a.js',
    };
    for (const [path, text] of Object.entries(longFiles)) {
      const repo = repoWith({ ...rest, [path]: text });
      const begin = process.cpuUsage();
      const platform = allPlatforms.find(({ name }) => path.startsWith(name))?.name ?? 'heroku';
      mapPlan(repo, await readPlan(repo, { platform }), { name: 'shop', web: undefined, questions: [] });
      const { user } = process.cpuUsage(begin);
      assert.ok(user < 5_000_000, `${path} took ${user} µs`);
    }
  });

  it('says that a Procfile is no text, and not that there is none', async () => {
    const broken = Buffer.from('\x89PNG\0web: node a.js');
    for (const files of [{}, { 'railway.json': '{"deploy": {"numReplicas": 1}}' }]) {
      const platform = 'railway.json' in files ? 'railway' : 'heroku';
      const found = ids(await readPlan(repoWith({ Procfile: broken, ...files }), { platform }));
      assert.ok(found.includes('procfile-unreadable') && !found.includes('heroku-no-process'), found.join());
    }
  });

  it('tells of what Vercel does beside running the app', async () => {
    const files = {
      'package.json': '{"scripts": {"start": "next start"}, "dependencies": {"next": "16.0.0"}}',
      'vercel.json':
        '{\n"crons": [{"path": "/api/tidy", "schedule": "0 5 * * *"}],\n"rewrites": [{"source": "/a", "destination": "/b"}]\n}',
    };
    const plan = await planOf(files);
    const found = plan.findings.filter(({ id }) => id.startsWith('vercel-'));
    assert.deepEqual(found.map(shortly).sort(), [
      'vercel-cron vercel.json:2',
      'vercel-settings vercel.json:3',
    ]);
    assert.match(found.map(({ what, fix }) => what + fix).join(), /\/api\/tidy.*--schedule '0 5 \* \* \*'/);
    const there = await planOf({ ...files, 'render.yaml': blueprint });
    assert.ok(ids(there).includes('vercel-unused'));
  });

  it('is the same in a repo that was generated into', async () => {
    const generated = {
      'infra/app.js': 'process.env.DYNO',
      Dockerfile: 'FROM node:24\n',
      '.yo-rc.json': '{}',
    };
    const id = '0'.repeat(40);
    const lock = JSON.stringify({ generator: '0.1.0', files: { 'infra/app.js': id, Dockerfile: id } });
    const before = await planOf({ 'render.yaml': blueprint });
    const repo = withoutGenerated(
      repoWith({ 'render.yaml': blueprint, ...generated, '.vibely.lock.json': lock }),
    );
    assert.deepEqual(await readPlan(repo, {}), before);
  });

  it('tells where the code reads what the platform sets, and sets it where it can', async () => {
    const code = 'const a = 1;\nconst url = process.env.RENDER_EXTERNAL_URL;\nif (process.env.RENDER) x();\n';
    const plan = await planOf({
      'render.yaml': blueprint,
      'src/app.js': code,
      'test/app.test.js': 'process.env.DYNO',
    });
    const found = plan.findings.filter(({ id }) => id === 'platform-variable');
    assert.deepEqual(
      found.map(({ level, evidence }) => [level, evidence]),
      [
        ['gap', [{ file: 'src/app.js', line: 3 }]],
        ['warning', [{ file: 'src/app.js', line: 2 }]],
      ],
    );
    const variable = plan.services[0]?.variables.find(({ name }) => name === 'RENDER_EXTERNAL_URL');
    assert.deepEqual(variable?.source, { kind: 'own-url', property: 'url' });
  });

  it("takes the program of a platform's project for no code of the app", async () => {
    const plan = await readPlan(openRepo(repoOf('railway-program-mounts')), {});
    assert.ok(!ids(plan).includes('platform-variable'));
  });

  it('tells of lines of .env that set nothing, without their text', async () => {
    const text = '# a comment\n\nGOOD=1\nMULTI="a\nb"\nFORGOTTEN SENTINEL\n';
    const plan = await planOf({ 'render.yaml': blueprint, '.env': text });
    const found = plan.findings.filter(({ id }) => id === 'variables-line');
    assert.deepEqual(found.map(shortly), ['variables-line .env:6']);
    assert.ok(!JSON.stringify(plan).includes('SENTINEL'));
  });

  it('does not miss a variable that a command sets itself before it is read', async () => {
    const lines = [
      'export ONE=1 SIX=6 && echo $SIX && TWO="$ONE x"; for THREE in a b; do echo $THREE; done; node a.js $ONE $TWO',
      'export FOUR=$FOUR:x && node a.js $FIVE && export FIVE=1',
    ];
    const plan = await planOf({ Procfile: `web: ${lines[0]}\nworker: ${lines[1]}\n` });
    const unset = plan.findings.find(({ id }) => id === 'variables-unset');
    assert.match(unset?.what ?? '', /no file sets \(2\): FIVE, FOUR\./);
  });

  it('tells which variables the code reads and no file sets', async () => {
    const plan = await planOf({
      'render.yaml': blueprint,
      'a.py': 'import os\nx = os.environ["MAIL_KEY"]\ny = os.getenv("NODE_ENV")\n# os.environ["COMMENT"]\n',
      'b.ts': 'const { c } = process.env;\nconst d = process.env["OTHER"] ?? import.meta.env.VITE_X;\n',
    });
    const unset = plan.findings.find(({ id }) => id === 'variables-unset');
    assert.match(unset?.what ?? '', /no file sets \(2\): MAIL_KEY, OTHER\./);
    assert.deepEqual(unset?.evidence, [
      { file: 'a.py', line: 2 },
      { file: 'b.ts', line: 2 },
    ]);
  });

  it('tells of the secrets of registries in manifests, and not of variables there', async () => {
    const plan = await planOf({
      Procfile: procfile,
      '.npmrc': `# x\n//r.example/:_authToken=npm_SENTINEL0123\n//s.example/:_authToken=\${NPM_TOKEN}\n`,
      'requirements.txt':
        '--extra-index-url https://user:SENTINEL@pypi.example/simple\ngit+https://git.example/x/y.git@abc#egg=y\n',
      'requirements/dev.txt': `--index-url https://\${USER}:\${PW}@pypi.example/simple\n-e git+ssh://git@git.example/x/y\n`,
      'web/package.json':
        '{"dependencies": {"a": "git+https://SENTINEL-SENTINEL:x-oauth-basic@git.example/a"}}',
      'node_modules/b/.npmrc': '_auth=SENTINEL\n',
    });
    assert.deepEqual(plan.findings.filter(({ id }) => id === 'secret-in-manifest').map(shortly), [
      'secret-in-manifest .npmrc:2',
      'secret-in-manifest requirements.txt:1',
      'secret-in-manifest web/package.json:1',
    ]);
    assert.doesNotMatch(JSON.stringify(plan), /SENTINEL/);
  });

  it('tells of a secret that stands in a command, and not of a variable there', async () => {
    const plan = await planOf({
      Procfile:
        'web: DB=postgres://a:pw@db.example/x node a.js\nworker: DB=postgres://a:$PW@db.example/x node b.js\n',
    });
    assert.deepEqual(plan.findings.filter(({ id }) => id === 'secret-in-command').map(shortly), [
      'secret-in-command Procfile:1',
    ]);
  });

  it('tells of variables that only a command uses, unless it has a default for them', async () => {
    const plan = await planOf({
      Procfile: `web: gunicorn a -w $WORKERS -b 0.0.0.0:\${PORT:-8000} -t \${WAIT:-5} $OPTS\n`,
    });
    const unset = plan.findings.find(({ id }) => id === 'variables-unset');
    assert.match(unset?.what ?? '', /\(2\): OPTS, WORKERS\./);
    assert.deepEqual(unset?.evidence, [{ file: 'Procfile', line: 1 }]);
  });

  const signs: readonly (readonly [id: string, file: string, line: string])[] = [
    ['host-in-code', 'a.js', "const api = 'https://shop-api.onrender.com/v1';"],
    ['host-in-code', 'a.py', "ALLOWED_HOSTS = ['shop.herokuapp.com']"],
    ['host-in-code', 'a.html', '<a href="https://shop.up.railway.app">'],
    ['host-in-code', 'a.go', 'const host = "shop.fly.dev"'],
    ['local-uploads', 'a.js', "const upload = multer({ dest: 'uploads/' });"],
    ['local-uploads', 'a.py', "MEDIA_ROOT = BASE_DIR / 'media'"],
    ['sqlite', 'a.py', "engine = create_engine('sqlite:///app.db')"],
    ['sqlite', 'a.js', "import Database from 'better-sqlite3';"],
    ['postgres-scheme', 'a.py', "url = url.replace('postgres://', 'postgresql://', 1)"],
    ['tls-unverified', 'a.js', 'ssl: { rejectUnauthorized: false },'],
    ['streams', 'a.js', "res.setHeader('Content-Type', 'text/event-stream');"],
    ['websockets', 'a.py', "@app.websocket('/ws')"],
  ];
  for (const [id, file, line] of signs)
    it(`finds ${id} in ${file}: ${line.slice(0, 40)}`, async () => {
      const plan = await planOf({ 'render.yaml': blueprint, [file]: `\n${line}\n` });
      assert.deepEqual(plan.findings.filter((one) => one.id === id).map(shortly), [`${id} ${file}:2`]);
    });

  it('says each thing once, with all of its places, gaps first', async () => {
    const lines = Array.from({ length: 30 }, () => "fetch('https://shop.onrender.com')").join('\n');
    const plan = await planOf({ 'render.yaml': blueprint, 'a.js': lines });
    const hosts = plan.findings.filter(({ id }) => id === 'host-in-code');
    assert.equal(hosts.length, 1);
    assert.equal(hosts[0]?.evidence.length, 20);
    assert.match(hosts[0]?.what ?? '', /10 more places/);
    const levels = plan.findings.map(({ level }) => ['gap', 'warning', 'note'].indexOf(level));
    assert.deepEqual(levels, levels.toSorted());
  });

  it('asks about databases that only drivers speak of', async () => {
    const plan = await planOf({
      'render.yaml': blueprint,
      'package.json': '{"dependencies": {"mongoose": "9"}}',
    });
    assert.ok(ids(plan).includes('database-inferred'));
  });

  it('can be described, with every name, command and finding and no secret, whatever was read', async () => {
    for (const name of [...casesOf('render'), ...casesOf('railway')]) {
      const platform = name.startsWith('render') ? 'render' : 'railway';
      const repo = openRepo(repoOf(name));
      const plan = await readPlan(repo, { platform });
      const drafted = mapPlan(repo, plan, { name: 'shop', questions: [] });
      const text = describePlan(plan, drafted);
      assert.ok(!`${text}${JSON.stringify(plan)}`.includes('SENTINEL'), name);
      for (const service of plan.services)
        assert.ok(text.includes(`\n  ${service.name}: `), `${name} ${service.name}`);
      for (const { what, fix } of drafted.findings)
        assert.ok(text.includes(what) && text.includes(fix), `${name} ${what}`);
    }
  });
});
