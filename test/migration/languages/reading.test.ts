import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dockerfile } from '../../../src/migration/dockerfile.ts';
import { type BuildReading, readBuild } from '../../../src/migration/language.ts';
import type { PlatformName, Service } from '../../../src/migration/plan.ts';
import { folderWith, repoWith } from '../tree.ts';

const at = [{ file: 'render.yaml', line: 1 }];

type Lines = Partial<Record<'build' | 'start' | 'release', string>>;

/** A service with lines as a platform's file has them. */
function service(lines: Lines = {}, more: Partial<Service> = {}): Service {
  const shell = Object.fromEntries(Object.entries(lines).map(([key, text]) => [key, { text, evidence: at }]));
  const usual = {
    name: 'web',
    kind: 'web',
    root: '',
    tasks: { min: 1, max: 1 },
    domains: [],
    variables: [],
    evidence: at,
  } as const;
  return { ...usual, ...shell, ...more };
}

function read(
  files: Record<string, string>,
  lines: Lines = {},
  platform: PlatformName = 'render',
  more: Partial<Service> = {},
): BuildReading {
  return readBuild(repoWith(files), platform, service(lines, more));
}

const manifest = (content: object): string => JSON.stringify(content, undefined, 2);
const express = manifest({
  engines: { node: '22' },
  scripts: { start: 'node server.js' },
  dependencies: { express: '5' },
});
const ids = ({ findings }: BuildReading): string[] => findings.map(({ id }) => id);

describe('a Node app', () => {
  it('is installed by its lock file, built by its script, and started without npm', () => {
    const files = { 'package.json': express, 'package-lock.json': '{}' };
    const { app, command, port } = read(files, { build: 'npm ci && npm run build', start: 'npm start' });
    assert.deepEqual([app?.manager, app?.version, app?.framework, port], ['npm', '22', 'Express', 8000]);
    assert.deepEqual(app?.install, ['npm ci --include=dev --no-audit --no-fund']);
    assert.deepEqual(app?.build, ['npm run build']);
    assert.deepEqual(command, ['node', 'server.js']);
  });

  const managers: [string, Record<string, string>, string, string | undefined][] = [
    ['pnpm-lock.yaml', {}, 'pnpm', '10'],
    ['yarn.lock', {}, 'yarn', '1'],
    ['yarn.lock', { 'yarn.lock': '__metadata:\n  version: 8\n' }, 'berry', '4.9.2'],
    ['yarn.lock', { '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-3.6.1.cjs\n' }, 'berry', '3.6.1'],
    ['yarn.lock', { 'yarn.lock': '__metadata:\n  version: 6\n' }, 'berry', '3'],
    ['bun.lock', {}, 'bun', '1'],
    ['npm-shrinkwrap.json', {}, 'npm', undefined],
    ['pnpm-lock.yaml', { 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n" }, 'pnpm', '8'],
  ];
  for (const [lock, more, manager, version] of managers)
    it(`with ${lock} ${Object.values(more).join('').slice(0, 20)} is installed by ${manager} ${version ?? ''}`, () => {
      const { app } = read({ 'package.json': express, [lock]: '', ...more });
      assert.deepEqual([app?.manager, app?.managerVersion, app?.lockFile], [manager, version, lock]);
    });

  it('with a Yarn of its own is installed by the same version, with its plugins and patches, before the source is there', () => {
    const { app } = read({
      'package.json': express,
      'yarn.lock': '__metadata:\n  version: 8\n',
      '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.5.0.cjs\n',
      '.yarn/releases/yarn-4.5.0.cjs': '',
      '.yarn/plugins/@yarnpkg/plugin-x.cjs': 'process.env.SENTINEL; x.listen(1234)',
      '.yarn/patches/express.patch': '',
    });
    const text = dockerfile(app as NonNullable<typeof app>, { database: false, command: [] });
    assert.match(text, /cli-dist@4\.5\.0\nENV(.*\\\n)* *YARN_IGNORE_PATH=1/);
    assert.match(
      text,
      /COPY package\.json yarn\.lock \.yarnrc\.yml \.\/\nCOPY \.yarn\/plugins \.\/\.yarn\/plugins\nCOPY \.yarn\/patches \.\/\.yarn\/patches\nRUN .* yarn install --immutable/,
    );
    assert.doesNotMatch(text, /releases|1234/);
  });

  it('takes the lock file that packageManager names where there are two, and says so', () => {
    const json = manifest({ packageManager: 'pnpm@9.1.0', scripts: { start: 'node x' } });
    const reading = read({ 'package.json': json, 'package-lock.json': '{}', 'pnpm-lock.yaml': '' });
    assert.deepEqual([reading.app?.manager, reading.app?.managerVersion], ['pnpm', '9.1.0']);
    assert.ok(ids(reading).includes('node-several-lock-files'));
  });

  const versions: [PlatformName, Record<string, string>, string][] = [
    ['render', { '.nvmrc': 'lts/iron\n' }, '20'],
    ['heroku', { '.nvmrc': '20' }, '22'],
    ['railway', { '.tool-versions': 'python 3.12\nnodejs 20.1.0\n' }, '20'],
    ['none', { '.node-version': 'v20.3.0' }, '20'],
    ['none', {}, '22'],
  ];
  for (const [platform, more, expected] of versions)
    it(`of ${platform} with ${Object.keys(more)} has Node ${expected}`, () => {
      assert.equal(read({ 'package.json': express, ...more }, {}, platform).app?.version, expected);
    });

  it('of Heroku runs heroku-postbuild in place of build, and heroku-prebuild before the installation', () => {
    const json = manifest({
      scripts: {
        start: 'node x',
        build: 'tsc',
        'heroku-postbuild': 'cd client && npm i',
        'heroku-prebuild': 'echo',
        'heroku-cleanup': 'rm -r x',
      },
    });
    const { app } = read({ 'package.json': json }, { start: 'npm start' }, 'heroku');
    assert.deepEqual(app?.beforeInstall, ['npm run heroku-prebuild']);
    assert.deepEqual(app?.build, ['npm run heroku-postbuild', 'npm run heroku-cleanup']);
    assert.match(app?.installNeedsSource ?? '', /heroku-prebuild/);
  });

  it('keeps its development packages where the start needs one of them, and says which', () => {
    const json = manifest({
      scripts: { start: 'ts-node src/x.ts' },
      devDependencies: { 'ts-node': '10', typescript: '5' },
    });
    const reading = read({ 'package.json': json }, {}, 'none');
    assert.equal(reading.app?.prune, undefined);
    assert.match(reading.app?.keepsDevelopment ?? '', /ts-node/);
    assert.ok(ids(reading).includes('node-development-package-at-run'));
  });

  it('makes the client of Prisma where no script does, with OpenSSL in the image', () => {
    const json = manifest({
      scripts: { start: 'node x', build: 'tsc' },
      dependencies: { '@prisma/client': '6' },
      devDependencies: { prisma: '6' },
    });
    const { app } = read({ 'package.json': json, 'prisma/schema.prisma': '' }, {}, 'none');
    assert.deepEqual(app?.build, ['npx prisma generate', 'npm run build']);
    assert.ok(app?.manifests.includes('prisma'));
    assert.deepEqual(app?.packages.run, ['ca-certificates', 'openssl']);
  });

  it('in a workspace is built from the top, where the lock file lies', () => {
    const files = {
      'package.json': manifest({ workspaces: ['apps/*'] }),
      'package-lock.json': '{}',
      'apps/api/package.json': express,
      'apps/web/package.json': '{}',
    };
    const { app } = read(files, {}, 'none', { root: 'apps/api' });
    assert.deepEqual([app?.context, app?.folder], ['', 'apps/api']);
    assert.deepEqual(app?.manifests, [
      'package.json',
      'package-lock.json',
      'apps/api/package.json',
      'apps/web/package.json',
    ]);
    const text = dockerfile(app as NonNullable<typeof app>, { database: false, command: [] });
    assert.match(text, /^COPY apps\/api\/package\.json apps\/api\/$/m);
    assert.match(text, /^WORKDIR \/app\/apps\/api$/m);
  });

  it('keeps npm start where something runs before it, and says what that costs', () => {
    const json = manifest({ scripts: { prestart: 'node check.js', start: 'node server.js' } });
    const reading = read({ 'package.json': json }, { start: 'npm start' });
    assert.deepEqual(reading.command, ['npm', 'start']);
    assert.ok(ids(reading).includes('npm-keeps-sigterm'));
  });

  it('has its package manager in the final image where the command calls it', () => {
    const json = manifest({ scripts: { serve: 'node a.js && node b.js' } });
    const { app } = read({ 'package.json': json, 'pnpm-lock.yaml': '' }, { start: 'pnpm serve' });
    assert.equal(app?.managerAtRun, true);
    const text = dockerfile(app as NonNullable<typeof app>, { database: false, command: [] });
    assert.match(text.split('FROM')[2] ?? '', /npm install --global --force pnpm@10/);
  });

  it('in a folder that only the lines name is built from there', () => {
    const files = { 'web/package.json': express, 'web/package-lock.json': '{}', 'README.md': '' };
    const { app, command } = read(files, {
      build: 'cd web && npm ci && npm run build',
      start: 'cd web && npm start',
    });
    assert.deepEqual([app?.context, app?.build, command], ['web', ['npm run build'], ['node', 'server.js']]);
  });
});

describe('a Python app', () => {
  const fastapi = 'from fastapi import FastAPI\n\napp = FastAPI()\n';

  it('has its migrations taken out of the start command, and what they need in a folder of their own', () => {
    const files = { 'requirements.txt': 'fastapi\nuvicorn\nalembic\n', 'main.py': fastapi };
    const reading = read(files, {
      build: 'pip install -r requirements.txt',
      start: 'alembic upgrade head && uvicorn main:app --host 0.0.0.0 --port 9000',
    });
    assert.deepEqual(reading.release, [{ text: 'alembic upgrade head', evidence: at }]);
    assert.deepEqual(reading.command, ['uvicorn', 'main:app', '--host', '0.0.0.0', '--port', '9000']);
    assert.equal(reading.port, 9000);
    assert.deepEqual(reading.app?.variables.find(({ name }) => name === 'PORT')?.value, '9000');
    assert.ok(ids(reading).includes('release-moved'));
  });

  const managers: [Record<string, string>, string | undefined, string, string[]][] = [
    [
      { 'uv.lock': '', 'pyproject.toml': '[project]\ndependencies = ["fastapi"]\n' },
      undefined,
      'uv',
      ['uv sync --locked --no-dev --no-editable --inexact --no-install-project'],
    ],
    [
      {
        'poetry.lock': '# This file is @generated by Poetry 1.8.3',
        'pyproject.toml': '[tool.poetry.dependencies]\nfastapi = "*"\n',
      },
      undefined,
      'poetry',
      ['poetry install --only main --no-interaction --no-root'],
    ],
    [
      { Pipfile: '[packages]\nfastapi = "*"\n', 'Pipfile.lock': '{}' },
      undefined,
      'pipenv',
      ['pipenv requirements > /tmp/requirements.txt', 'pip install --requirement /tmp/requirements.txt'],
    ],
    [
      { 'poetry.lock': '', 'requirements.txt': 'fastapi' },
      'pip install -r requirements.txt',
      'pip',
      ['pip install --requirement requirements.txt'],
    ],
    [
      { 'pyproject.toml': '[project]\ndependencies = ["fastapi"]\n[build-system]\nrequires = []\n' },
      undefined,
      'pip',
      ['pip install .'],
    ],
    [
      { 'requirements/prod.txt': '-r base.txt\n', 'requirements/base.txt': 'fastapi\n' },
      'pip install -r requirements/prod.txt',
      'pip',
      ['pip install --requirement requirements/prod.txt'],
    ],
  ];
  for (const [files, build, manager, install] of managers)
    it(`with ${Object.keys(files)} ${build ? `and ${build} ` : ''}is installed by ${manager}`, () => {
      const { app } = read(
        { ...files, 'main.py': fastapi },
        { ...(build && { build }), start: 'uvicorn main:app --port $PORT' },
      );
      assert.deepEqual([app?.manager, app?.install.slice(0, install.length)], [manager, install]);
    });

  it('copies the requirement files that others include', () => {
    const files = { 'requirements/prod.txt': '-r base.txt\n', 'requirements/base.txt': 'flask\n' };
    const { app } = read(files, { build: 'pip install -r requirements/prod.txt', start: 'flask run' });
    assert.deepEqual(app?.manifests, ['requirements/prod.txt', 'requirements/base.txt']);
  });

  it('gets the server that it starts and does not ask for', () => {
    const reading = read(
      { 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' },
      {},
      'none',
    );
    assert.deepEqual(reading.command, ['gunicorn', 'app:app']);
    assert.deepEqual(reading.app?.install, [
      'pip install --requirement requirements.txt',
      'pip install gunicorn',
    ]);
    assert.ok(ids(reading).includes('python-server-missing'));
    assert.deepEqual(reading.variables.GUNICORN_CMD_ARGS?.value, '--bind 0.0.0.0:$PORT');
  });

  it('of Django collects its static files with values that mean nothing', () => {
    const files = {
      'requirements.txt': 'django\ngunicorn\npsycopg2\n',
      'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
      'shop/wsgi.py': '',
      'shop/settings.py':
        'SECRET_KEY = os.environ["SECRET_KEY"]\nDATABASE = env("DATABASE_URL")\nSTATIC_ROOT = "x"\nA = os.environ.get("OPTIONAL", "x")\n',
    };
    const { app, command } = read(files, {}, 'heroku');
    assert.deepEqual(app?.build, ['python manage.py collectstatic --noinput']);
    assert.deepEqual(app?.buildPlaceholders, {
      SECRET_KEY: 'only-for-the-build',
      DATABASE_URL: 'postgres://build:build@localhost/build',
    });
    assert.deepEqual(command, ['gunicorn', 'shop.wsgi:application']);
    assert.deepEqual(app?.packages, { build: ['build-essential', 'libpq-dev'], run: ['libpq5'] });
    const off = {
      name: 'DISABLE_COLLECTSTATIC',
      source: { kind: 'plain', value: '1' },
      reason: '',
      evidence: at,
    } as const;
    assert.deepEqual(read(files, {}, 'heroku', { variables: [off] }).app?.build, []);
  });

  it('of a release line that collects static files has that in its image', () => {
    const files = { 'requirements.txt': 'django\ngunicorn\n' };
    const lines = {
      start: 'gunicorn a.wsgi',
      release: 'python manage.py migrate && python manage.py collectstatic',
    };
    const reading = read(files, lines, 'heroku');
    assert.deepEqual(reading.app?.build, ['python manage.py collectstatic']);
    assert.deepEqual(
      reading.release.map(({ text }) => text),
      ['python manage.py migrate'],
    );
    assert.ok(
      read(files, { ...lines, build: 'pip install -r requirements.txt' }).app?.build.includes(
        'python manage.py collectstatic',
      ),
    );
  });

  it('loses poetry run, which the image does not have', () => {
    const files = {
      'poetry.lock': '',
      'pyproject.toml': '[tool.poetry.dependencies]\nuvicorn = "*"\n',
      'main.py': fastapi,
    };
    assert.deepEqual(read(files, { start: 'poetry run uvicorn main:app --host 0.0.0.0' }).command, [
      'uvicorn',
      'main:app',
      '--host',
      '0.0.0.0',
    ]);
  });

  it('beside a package.json is Python where its commands are', () => {
    const files = { 'package.json': express, 'requirements.txt': 'gunicorn\n' };
    assert.equal(read(files, { start: 'gunicorn app:app' }, 'heroku').app?.language, 'python');
    assert.equal(read(files, { start: 'node server.js' }, 'heroku').app?.language, 'node');
  });
});

describe('a package.json that is broken', () => {
  it('is told of, whether the app is one of Python or of nothing else', () => {
    const python = {
      'requirements.txt': 'flask\n',
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    };
    for (const files of [python, {}])
      assert.ok(ids(read({ 'package.json': '[', ...files })).includes('json-invalid'));
  });
});

describe('the port of an app', () => {
  const json = manifest({ scripts: { start: 'node server.js' } });
  const ports: [string, Record<string, string>, Lines, number, boolean][] = [
    [
      'is that of the code, where it asks for none',
      { 'package.json': json, 'server.js': 'app.listen(3000);' },
      {},
      3000,
      true,
    ],
    [
      'is $PORT where the code reads it anywhere',
      { 'package.json': json, 'server.js': 'app.listen(process.env.PORT || 3000);' },
      {},
      8000,
      false,
    ],
    [
      'of an object is read',
      { 'package.json': json, 'src/x.ts': 'await app.listen({ host: "0.0.0.0", port: 4000 })' },
      {},
      4000,
      true,
    ],
    ['in tests means nothing', { 'package.json': json, 'test/x.js': 'app.listen(3000)' }, {}, 8000, false],
    [
      'of uvicorn.run is read',
      { 'requirements.txt': 'uvicorn\n', 'main.py': 'uvicorn.run(app, host="0.0.0.0", port=7000)\n' },
      { start: 'python main.py' },
      7000,
      true,
    ],
    [
      'of gunicorn.conf.py is read',
      { 'requirements.txt': 'gunicorn\n', 'gunicorn.conf.py': 'bind = "0.0.0.0:5000"\n' },
      { start: 'gunicorn a:b' },
      5000,
      true,
    ],
    [
      'in the command comes before that in the code',
      { 'requirements.txt': 'uvicorn\n', 'main.py': 'uvicorn.run(app, port=7000)\n' },
      { start: 'uvicorn main:app --port 9000' },
      9000,
      true,
    ],
  ];
  for (const [what, files, lines, port, fixed] of ports)
    it(what, () => {
      const reading = read(files, lines, 'none');
      assert.deepEqual([reading.port, reading.isPortFixed], [port, fixed]);
    });

  it('is of no use on localhost, which is said', () => {
    const reading = read(
      { 'package.json': json, 'server.js': 'app.listen(process.env.PORT, "127.0.0.1")' },
      {},
      'none',
    );
    assert.ok(ids(reading).includes('listens-on-localhost'));
  });
});

describe('a service without an image', () => {
  it('of a language that is not known asks for a Dockerfile', () => {
    const reading = read({ Gemfile: '' }, { start: 'rails s' }, 'heroku', { runtime: 'ruby' });
    assert.equal(reading.app, undefined);
    assert.ok(ids(reading).includes('bring-a-dockerfile'));
  });

  it('has a finding for a line that no shell would take', () => {
    const reading = read({ 'package.json': express }, { start: 'node "x.js' });
    assert.ok(ids(reading).includes('command-invalid'));
  });

  it('takes a here-document over with all of its text, and says so', () => {
    const line = `cat > a.ini <<'EOF'\n[a]\nb = "it's \\n 100%"\nEOF\necho done`;
    const reading = read({ 'package.json': express }, { start: line, build: line });
    assert.deepEqual(reading.command, ['sh', '-c', line]);
    assert.equal(ids(reading).filter((id) => id === 'here-document').length, 2);
    const build = reading.app?.build.join('\n') ?? '';
    assert.ok(!build.includes('\n'), build);
    const folder = folderWith({});
    spawnSync('sh', ['-c', build], { cwd: folder });
    assert.equal(readFileSync(join(folder, 'a.ini'), 'utf8'), '[a]\nb = "it\'s \\n 100%"\n');
  });

  it('says that a process in the background is lost when it ends', () => {
    const reading = read(
      { 'requirements.txt': 'gunicorn\ncelery\n' },
      { start: 'celery -A a worker & gunicorn a:b' },
    );
    assert.ok(ids(reading).includes('several-processes'));
  });
});
