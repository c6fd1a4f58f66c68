import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blueprint, mapped, node, packageJson } from './plans.ts';

const rowsOf = async (files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> => {
  const { migration } = await mapped(files);
  return new Map(migration.rows.map(({ what, there, here, evidence }) => [what, [there, here, ...evidence]]));
};

describe('the rows of docs/MIGRATION.md', () => {
  it('have size, tasks, scaling, time to end, port, disk and region, each with its place', async () => {
    const rows = await rowsOf({
      ...node,
      'render.yaml': `services:
  - type: web
    name: api
    runtime: node
    startCommand: node a.js
    region: frankfurt
    plan: standard
    maxShutdownDelaySeconds: 60
    scaling:
      minInstances: 2
      maxInstances: 5
      targetCPUPercent: 70
    envVars:
      - key: PORT
        value: 3000
  - type: worker
    name: mail
    runtime: node
    startCommand: node b.js
    disk:
      mountPath: /data
`,
    });
    assert.deepEqual(rows.get('Size of api'), ['standard', '1 vCPU, 2048 MB', 'render.yaml:7']);
    assert.deepEqual(rows.get('Tasks of api'), [
      '2 to 5, CPU at 70 %',
      '2 to 5, added at 70 % of the CPU',
      'render.yaml:9',
    ]);
    assert.deepEqual(rows.get('Time to end of api'), ['60 s', '60 s', 'render.yaml:8']);
    assert.deepEqual(rows.get('Port'), ['3000', '3000, as `PORT`', 'render.yaml:15']);
    assert.deepEqual(rows.get('Region'), [
      'frankfurt',
      'eu-central-1, unless you answered otherwise',
      'render.yaml:6',
    ]);
    assert.deepEqual(rows.get('Tasks of mail'), ['1', '1', 'render.yaml:17']);
    assert.deepEqual(rows.get('Disk of mail'), [
      '10 GB at /data',
      'not carried over: see that list',
      'render.yaml:20',
    ]);
  });

  it('have the language with its version, and the packages with their lock file', async () => {
    const rows = await rowsOf({
      '.nvmrc': '22\n',
      'package.json': packageJson({ express: '5.1.0' }),
      'package-lock.json': '{"lockfileVersion": 3}',
      Procfile: 'web: node a.js --port 5000\n',
    });
    assert.deepEqual(rows.get('Language'), ['Node', 'Node 22, in `Dockerfile`', '.nvmrc:1']);
    assert.deepEqual(rows.get('Packages')?.slice(0, 1), ['npm with package-lock.json']);
    assert.deepEqual(rows.get('Packages')?.at(-1), 'package-lock.json:1');
  });

  it('have the variables that no file sets, with the reason of each', async () => {
    const rows = await rowsOf({
      'requirements.txt': 'fastapi\nuvicorn\ngunicorn\npsycopg2-binary\n',
      'main.py': '',
      'render.yaml': blueprint([
        '{type: web, name: a, runtime: python, startCommand: gunicorn main:app -k uvicorn.workers.UvicornWorker, healthCheckPath: /up}',
      ]),
    });
    for (const [name, reason] of [
      ['GUNICORN_CMD_ARGS', /--keep-alive 65.*load balancer's 60 s/],
      ['UVICORN_TIMEOUT_KEEP_ALIVE', /load balancer's 60 s/],
    ] as const) {
      const [there, here = ''] = rows.get(`Variable \`${name}\``) ?? [];
      assert.equal(there, 'no file says');
      assert.match(here, reason);
    }
  });

  it('say of the address of the cache that the task has it, and not that it is left out', async () => {
    const rows = await rowsOf({
      ...node,
      'render.yaml': blueprint([
        '{type: web, name: a, runtime: node, startCommand: node a.js, envVars: [{key: REDIS_URL, fromService: {type: keyvalue, name: c, property: connectionString}}]}',
        '{type: keyvalue, name: c}',
      ]),
    });
    assert.equal(rows.get('Variable `REDIS_URL`')?.[1], 'the task has it by itself');
  });
});

describe('a finding', () => {
  const told = async (files: Readonly<Record<string, string>>, pattern: RegExp): Promise<string[]> => {
    const { migration } = await mapped(files);
    return migration.findings.map(({ what, fix }) => `${what} ${fix}`).filter((text) => pattern.test(text));
  };

  it('is said once, whoever has seen it', async () => {
    const compose = { ...node, 'compose.yaml': 'services:\n  db:\n    image: postgres:16\n' };
    const fly = {
      ...compose,
      Dockerfile: 'FROM node:24\nCMD ["node", "a.js"]\n',
      'fly.toml': 'app = "a"\n[http_service]\n',
    };
    assert.equal((await told(fly, /Compose starts/)).length, 1);
    assert.equal((await told(compose, /Compose starts/)).length, 1);
    const slow = blueprint([
      '{type: web, name: a, runtime: node, startCommand: node a.js, maxShutdownDelaySeconds: 300}',
    ]);
    assert.equal((await told({ ...node, 'render.yaml': slow }, /300 s/)).length, 1);
    const docker = blueprint(['{type: web, name: a, runtime: docker}']);
    assert.deepEqual(
      (await told({ 'render.yaml': docker }, /Dockerfile/)).map((text) => text.split('. ')[0]),
      ['Dockerfile is not in the repo'],
    );
  });

  it('does not say that a process with no task has one', async () => {
    const files = {
      ...node,
      Procfile: 'web: node a.js\nclock: node c.js\n',
      'app.json': '{"formation": {"clock": {"quantity": 0}}}',
    };
    assert.equal((await told(files, /has one task/)).length, 0);
    assert.equal((await told(files, /with no task/)).length, 1);
  });
});
