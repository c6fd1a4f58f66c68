import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLine } from '../../../src/migration/commands.ts';
import { divideSteps, type LinePlace, lineOfSteps } from '../../../src/migration/commands-divide.ts';
import { expandScripts } from '../../../src/migration/commands-scripts.ts';

/** The parts of a line, each as a line; scripts of package.json and files are given by name. */
function parts(
  place: LinePlace,
  line: string,
  scripts: Record<string, string> = {},
): Record<string, unknown> {
  const own = (name: string): string | undefined => scripts[name];
  const division = divideSteps(expandScripts(parseLine(line), { npm: own, file: own }), place);
  const named: Record<string, unknown> = {};
  for (const part of ['install', 'build', 'release', 'run'] as const)
    if (division[part].length > 0) named[part] = lineOfSteps(division[part]);
  for (const part of ['stuck', 'failureIgnored', 'background'] as const)
    if (division[part].length > 0) named[part] = division[part].map(({ text }) => text);
  return named;
}

describe('a start line', () => {
  const cases: [string, Record<string, unknown>, Record<string, string>?][] = [
    ['node server.js', { run: 'node server.js' }],
    [
      'alembic upgrade head && gunicorn app:app',
      { release: 'alembic upgrade head', run: 'gunicorn app:app' },
    ],
    [
      'python manage.py migrate; python manage.py collectstatic --noinput; gunicorn site.wsgi',
      {
        release: 'python manage.py migrate',
        build: 'python manage.py collectstatic --noinput',
        run: 'gunicorn site.wsgi',
      },
    ],
    [
      'cd backend && alembic upgrade head && uvicorn main:app --port $PORT',
      { release: 'cd backend && alembic upgrade head', run: 'cd backend && uvicorn main:app --port $PORT' },
    ],
    [
      'export PYTHONPATH=src && flask db upgrade && flask run',
      { release: 'export PYTHONPATH=src && flask db upgrade', run: 'export PYTHONPATH=src && flask run' },
    ],
    [
      'npx prisma migrate deploy || true && node dist/main.js',
      {
        release: 'npx prisma migrate deploy',
        run: 'node dist/main.js',
        failureIgnored: ['npx prisma migrate deploy'],
      },
    ],
    [
      'wait-for-db || alembic upgrade head && uvicorn a:b',
      { run: 'wait-for-db || alembic upgrade head && uvicorn a:b', stuck: ['alembic upgrade head'] },
    ],
    [
      'if [ "$X" ]; then alembic upgrade head; uvicorn a:b; fi',
      {
        run: 'if [ "$X" ]; then alembic upgrade head; uvicorn a:b; fi',
        stuck: ['if [ "$X" ]; then alembic upgrade head; uvicorn a:b; fi'],
      },
    ],
    [
      'echo y | python manage.py migrate && gunicorn a',
      { release: 'echo y | python manage.py migrate', run: 'gunicorn a' },
    ],
    ['echo starting && node x.js', { run: 'node x.js' }],
    ["echo '' > .env && node x.js", { run: "echo '' > .env && node x.js" }],
    [
      'celery -A app worker & gunicorn app:app',
      { run: 'celery -A app worker & gunicorn app:app', background: ['celery -A app worker'] },
    ],
    ['npm run migrate && npm start', { release: 'npm run migrate', run: 'npm start' }],
    ['npm run migration:generate && npm start', { run: 'npm run migration:generate && npm start' }],
    ['npm start', { run: 'npm start' }, { start: 'node server.js' }],
    [
      'npm start',
      { release: 'prisma migrate deploy', run: 'node dist/main.js' },
      { start: 'prisma migrate deploy && node dist/main.js' },
    ],
    [
      'npm start',
      { release: 'npm run db', run: 'node x.js' },
      { prestart: 'npm run db', db: 'knex migrate:latest', start: 'node x.js' },
    ],
    [
      'yarn build-and-start',
      { build: 'vue-cli-service build', run: 'node server' },
      { 'build-and-start': 'vue-cli-service build && node server' },
    ],
    [
      'bash start.sh',
      { release: 'python manage.py migrate', run: 'exec gunicorn a.wsgi --bind 0.0.0.0:$PORT' },
      {
        'start.sh':
          '#!/bin/bash\nset -e\necho hi\npython manage.py migrate\nexec gunicorn a.wsgi --bind 0.0.0.0:$PORT\n',
      },
    ],
    ['./run.sh', { run: './run.sh' }, { 'run.sh': '#!/bin/sh\nexec node x.js\n' }],
    ['npm start', { run: 'npm start' }, { start: 'npm start' }],
  ];
  for (const [line, expected, scripts] of cases)
    it(`${line} gives ${JSON.stringify(expected)}${scripts ? ` with ${JSON.stringify(scripts)}` : ''}`, () => {
      assert.deepEqual(parts('start', line, scripts), expected);
    });
});

describe('a build line', () => {
  const cases: [string, Record<string, unknown>, Record<string, string>?][] = [
    ['npm ci && npm run build', { install: 'npm ci', build: 'npm run build' }],
    ['npm install; npm run build', { install: 'npm install', build: 'npm run build' }],
    [
      'pip install --upgrade pip && pip install -r requirements.txt',
      { install: 'pip install -r requirements.txt' },
    ],
    [
      'cd frontend && npm install && npm run build && cd .. && pip install -r requirements.txt && python manage.py migrate',
      {
        install: 'pip install -r requirements.txt',
        build: 'cd frontend && npm install && npm run build',
        release: 'python manage.py migrate',
      },
    ],
    [
      'npm install --prefix client && npm run build --prefix client',
      { build: 'npm install --prefix client && npm run build --prefix client' },
    ],
    [
      './build.sh',
      {
        install: 'pip install -r requirements.txt',
        build: 'python manage.py collectstatic --no-input',
        release: 'python manage.py migrate',
      },
      {
        'build.sh':
          '#!/usr/bin/env bash\nset -o errexit\npip install -r requirements.txt\npython manage.py collectstatic --no-input\npython manage.py migrate\n',
      },
    ],
    [
      'yarn && yarn build',
      { install: 'yarn', build: 'prisma generate && next build', release: 'prisma migrate deploy' },
      { build: 'prisma generate && prisma migrate deploy && next build' },
    ],
    ['npm i && npm run build || true', { install: 'npm i', build: 'npm run build || true' }],
    [
      'corepack enable && pnpm i --frozen-lockfile && pnpm build',
      { install: 'pnpm i --frozen-lockfile', build: 'pnpm build' },
    ],
  ];
  for (const [line, expected, scripts] of cases)
    it(`${line} gives ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(parts('build', line, scripts), expected);
    });
});

it('a release line keeps what it does to the database, and hands what makes files to the build', () => {
  assert.deepEqual(
    parts('release', "echo '' > .env && npm run migration:run && npm run seed:run:relational"),
    {
      release: "echo '' > .env && npm run migration:run && npm run seed:run:relational",
    },
  );
  assert.deepEqual(parts('release', 'python manage.py migrate && python manage.py collectstatic --noinput'), {
    release: 'python manage.py migrate',
    build: 'python manage.py collectstatic --noinput',
  });
});
