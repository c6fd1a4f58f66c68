import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { addressVariables, type Container, readContainer, startOf } from '../lib/container.ts';
import { Reader } from '../lib/reader.ts';

const block = {
  context: '.',
  dockerfile: 'Dockerfile',
  port: 3000,
  healthPath: '/healthz',
  healthCodes: '200-399',
  entryPoint: ['./entrypoint.sh'],
  command: ['node', 'server.js'],
  variables: { NODE_ENV: 'production' },
  composed: {},
  address: { PUBLIC_URL: 'url', ALLOWED_HOST: 'host' },
  lockedDown: false,
};

function read(changes: object): { container: Container; problems: string[] } {
  const problems: string[] = [];
  return {
    container: readContainer(new Reader({ container: { ...block, ...changes } }, '', problems)),
    problems,
  };
}

describe('the container', () => {
  it('starts as the image says where settings.json has no block for it', () => {
    assert.deepEqual(startOf(readContainer(new Reader({}, '', []))), {});
  });

  it('runs its command, or another one, without a shell as long as nothing is composed', () => {
    const { container } = read({});
    assert.deepEqual(startOf(container), { command: ['node', 'server.js'] });
    assert.deepEqual(startOf(container, ['node', 'worker.js']), { command: ['node', 'worker.js'] });
  });

  it('composes variables with a shell, which leaves entry point and words as they are', () => {
    const { container } = read({
      entryPoint: ['env'],
      composed: { DATABASE_URL: 'postgres://$USER_NAME:$PASSWORD@db/app' },
    });
    const script = 'process.stdout.write(process.env.DATABASE_URL + process.argv[1])';
    const { entryPoint = [], command = [] } = startOf(container, [
      process.execPath,
      '-e',
      script,
      ' two  words',
    ]);
    const [shell = '', ...words] = [...entryPoint, ...command];
    const env = { PATH: process.env.PATH, USER_NAME: 'app', PASSWORD: 'p$w"d' };
    const { stdout } = spawnSync(shell, words, { env, encoding: 'utf8' });
    assert.equal(stdout, 'postgres://app:p$w"d@db/app two  words');
  });

  it('knows its own address, whole or the host name alone', () => {
    assert.deepEqual(addressVariables(read({}).container, 'https', 'api.example.com'), {
      PUBLIC_URL: 'https://api.example.com',
      ALLOWED_HOST: 'api.example.com',
    });
  });

  for (const [changes, problem] of [
    [{ context: '../other' }, 'container.context is "../other". '],
    [{ healthPath: 'healthz' }, 'container.healthPath is "healthz". '],
    [{ port: 70_000 }, 'container.port is 70000. '],
    [{ variables: { 'A-B': '1' } }, 'container.variables.A-B is no name of an environment variable. '],
    [{ composed: { NODE_ENV: '$STAGE' } }, 'container.composed has NODE_ENV, and so has '],
    [{ composed: { A: '$B' }, entryPoint: [], command: [] }, 'container.command is empty, and '],
    [{ address: { URL: 'path' } }, 'container.address.URL is "path". '],
    [{ user: 'node' }, 'container.user is not a setting. '],
  ] as const)
    it(`is refused where ${problem.trim()}`, () => {
      const { problems } = read(changes);
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(problem), problems[0]);
    });
});
