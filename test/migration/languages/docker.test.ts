import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerfile, dockerignore } from '../../../src/migration/dockerfile.ts';
import { readBuild } from '../../../src/migration/language.ts';
import { readDocker } from '../../../src/migration/languages/docker.ts';
import type { Service } from '../../../src/migration/plan.ts';
import { repoWith, shortly } from '../tree.ts';

const read = (text: string, more: Record<string, string> = {}, target?: string) =>
  readDocker(repoWith({ Dockerfile: text, '.dockerignore': '', ...more }), 'Dockerfile', '', target);
const found = (text: string, more: Record<string, string> = {}): string[] =>
  (read(text, more)?.findings ?? []).map(shortly);

describe("the owner's own Dockerfile", () => {
  const cases: [string, string[]][] = [
    ['FROM node:24\nUSER node\nEXPOSE 80\nCMD ["node", "x.js"]\n', []],
    ['FROM node\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n', ['docker-latest-tag Dockerfile:1']],
    ['FROM node:latest\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n', ['docker-latest-tag Dockerfile:1']],
    ['FROM node@sha256:abc\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n', []],
    ['# x\nFROM node:24\nEXPOSE 80\nCMD ["node"]\n', ['docker-root-user Dockerfile:2']],
    ['FROM node:24\nUSER root\nEXPOSE 80\nCMD ["node"]\n', ['docker-root-user Dockerfile:2']],
    ['FROM gcr.io/distroless/nodejs:nonroot\nEXPOSE 80\nCMD ["x"]\n', []],
    ['FROM node:24\nUSER 1000\nCMD ["node"]\n', ['docker-no-port Dockerfile:1']],
    ['FROM node:24\nUSER 1000\nENV PORT=3000\nCMD ["node"]\n', []],
    ['FROM node:24\nUSER 1000\nEXPOSE 80\nCMD node x.js\n', ['docker-shell-form Dockerfile:4']],
    [
      'FROM --platform=linux/amd64 node:24\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n',
      ['docker-amd64 Dockerfile:1'],
    ],
    [
      'ARG TAG=latest\nFROM node:$TAG\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n',
      ['docker-latest-tag Dockerfile:2'],
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an argument of the Dockerfile
      'ARG TAG="24"\nFROM node:${TAG}-slim AS a\nFROM a\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n',
      [],
    ],
    ['ARG IMAGE=node\nFROM $IMAGE\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n', ['docker-latest-tag Dockerfile:2']],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an argument of the Dockerfile
      'ARG TAG\nFROM node:${TAG:-latest}\nUSER 1000\nEXPOSE 80\nCMD ["node"]\n',
      ['docker-latest-tag Dockerfile:2'],
    ],
    [
      'FROM node:24\nUSER 1000\nEXPOSE 80\nENV A=1 API_KEY=sk_live_0123456789\nENV DB_PASSWORD abcdefg\nRUN NPM_TOKEN=npm_0123456789 npm ci\nENV KEY_FILE=/x MAX_TOKENS=5 API_KEY=$API_KEY\nRUN SECRET_KEY=dummy ./manage.py collectstatic\nCMD ["node"]\n',
      [
        'secret-in-dockerfile Dockerfile:4',
        'secret-in-dockerfile Dockerfile:5',
        'secret-in-dockerfile Dockerfile:6',
      ],
    ],
    ['FROM node:24\nUSER 1000\nEXPOSE 80\n', ['docker-no-command Dockerfile:1']],
    ['RUN x\n', ['docker-invalid Dockerfile:1']],
  ];
  for (const [text, expected] of cases)
    it(`${JSON.stringify(text)} has ${expected.join() || 'nothing to be said of'}`, () => {
      assert.deepEqual(found(text), expected);
    });

  it('with a secret in its command is told of, and the command is written down nowhere else', () => {
    for (const command of [
      'CMD node x.js --key sk_live_SENTINEL1',
      'CMD ["node", "--key", "sk_live_SENTINEL1"]',
    ]) {
      const reading = read(`FROM node:24\nUSER 1000\nEXPOSE 80\n${command}\n`);
      assert.doesNotMatch(JSON.stringify(reading), /SENTINEL/);
      assert.ok(reading?.findings.some(({ id, level }) => id === 'secret-in-dockerfile' && level === 'gap'));
    }
  });

  it('is read of the stage that is run, and of those that it is built on', () => {
    const text =
      'FROM node:24 AS base\nUSER 1000\nEXPOSE 9000\nFROM base AS web\nCMD ["web"]\nFROM base AS worker\nCMD ["worker"]\n';
    assert.deepEqual([read(text)?.command, read(text, {}, 'web')?.command], [['worker'], ['web']]);
    assert.equal(read(text)?.port, 9000);
    assert.deepEqual(found(text), []);
  });

  it('goes by the last of several commands', () => {
    assert.deepEqual(read('FROM x:1\nCMD ["a"]\nCMD ["b"]\n')?.command, ['b']);
  });

  it('joins continued lines and skips here-documents', () => {
    const text =
      'FROM node:24\nRUN a \\\n  # note\n  && b\nRUN <<EOF\nUSER 1\nEOF\nUSER 2\nEXPOSE \\\n 80\nENTRYPOINT ["tini", "--"]\nCMD ["node"]\n';
    const reading = read(text);
    assert.deepEqual([reading?.port, reading?.entryPoint], [80, ['tini', '--']]);
  });

  it('is told that its entry point migrates at each start', () => {
    const more = { 'docker-entrypoint.sh': '#!/bin/sh\n# migrate\nnpx prisma migrate deploy\nexec "$@"\n' };
    const text = 'FROM node:24\nUSER 1\nEXPOSE 80\nENTRYPOINT ["./docker-entrypoint.sh"]\n';
    assert.deepEqual(found(text, more), ['docker-entrypoint-migrates docker-entrypoint.sh:3']);
  });

  it('keeps its own command, unless that migrates', () => {
    const usual: Service = {
      name: 'web',
      kind: 'web',
      root: '',
      docker: { file: 'Dockerfile', context: '' },
      tasks: { min: 1, max: 1 },
      domains: [],
      variables: [],
      evidence: [],
    };
    const build = (text: string) => readBuild(repoWith({ Dockerfile: text }), 'fly', usual);
    assert.equal(build('FROM x:1\nCMD ["node", "x.js"]\n').command, undefined);
    const reading = build('FROM x:1\nCMD alembic upgrade head && uvicorn a:b --host 0.0.0.0 --port 8080\n');
    assert.deepEqual(
      reading.release.map(({ text }) => text),
      ['alembic upgrade head'],
    );
    assert.deepEqual(reading.command, ['uvicorn', 'a:b', '--host', '0.0.0.0', '--port', '8080']);
    assert.equal(reading.port, 8080);
  });
});

describe('the Dockerfile that is written', () => {
  const app = {
    language: 'python',
    version: '3.13',
    versionEvidence: [],
    context: '',
    folder: '',
    manager: 'pip',
    manifests: ['requirements.txt'],
    beforeInstall: [],
    install: ['pip install --requirement requirements.txt'],
    build: ['python manage.py collectstatic'],
    packages: { build: ['build-essential', 'libpq-dev'], run: ['libpq5'] },
    buildVariables: [
      { name: 'VITE_NAME', value: 'the "$shop"' },
      { name: 'VITE_KEY', value: undefined },
      { name: 'PIP_NO_BINARY', value: 'lxml' },
    ],
    buildPlaceholders: { SECRET_KEY: 'x' },
    variables: [{ name: 'PORT', value: '8000', reason: 'The task sets the same one.' }],
    port: 8000,
  } as const;

  it('has what it builds with in the first stage only', () => {
    const [, build = '', final = ''] = dockerfile(app, {
      database: true,
      command: ['gunicorn', 'a:b'],
    }).split(/^FROM /m);
    assert.match(build, /build-essential libpq-dev/);
    assert.doesNotMatch(final, /build-essential/);
    assert.match(final, /libpq5/);
    assert.match(build, /^ARG VITE_NAME="the \\"\\\$shop\\""$/m);
    assert.match(build, /^ARG VITE_KEY$/m);
    assert.match(build, /ARG PIP_NO_BINARY=lxml.*pip install.*ARG VITE_NAME/s);
    assert.match(build, /RUN export SECRET_KEY=x/);
    assert.doesNotMatch(final, /SECRET_KEY/);
    assert.match(final, /PGSSLROOTCERT=\/etc\/ssl\/rds-ca\.pem/);
    assert.match(final, /^USER 10001:10001$/m);
    assert.match(final, /^CMD \["gunicorn", "a:b"\]$/m);
  });

  it('has no certificates of RDS without a database', () => {
    assert.doesNotMatch(dockerfile(app, { database: false, command: [] }), /RDS_CA_BUNDLE/);
  });

  it('has no line that is cut or empty in the middle of an instruction', () => {
    const lines = dockerfile(app, { database: true, command: ['sh', '-c', 'exec x $PORT'] }).split('\n');
    for (const [index, line] of lines.entries())
      if (line.endsWith('\\')) assert.notEqual(lines[index + 1]?.trim(), '');
  });

  it('leaves secrets out of the image, and keeps the examples that a build copies', () => {
    const lines = dockerignore('node', []).split('\n');
    assert.ok(lines.includes('**/.env') && lines.includes('**/node_modules'));
    for (const name of ['example', 'sample', 'template'])
      assert.ok(lines.indexOf(`!**/.env.${name}`) > lines.indexOf('**/.env.*'), name);
  });
});
