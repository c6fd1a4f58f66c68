import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { pack } from '../lib/archive.ts';
import { composing } from '../lib/definitions.ts';
import { matches } from '../lib/health.ts';
import { runDefinition } from '../lib/run.ts';
import { shellWords } from '../lib/sessions.ts';
import type { Container } from '../lib/settings.ts';
import { dockerArguments, sourceOf } from '../lib/source.ts';
import { triage } from '../lib/triage.ts';

const container: Container = {
  context: 'apps/api',
  dockerfile: 'apps/api/docker/Dockerfile',
  target: 'production',
  healthPath: '/up',
  healthCodes: '200-399',
  variables: { NODE_ENV: 'production' },
  composed: { DATABASE_URL: 'postgres://$DATABASE_USER:$DATABASE_PASSWORD@$DATABASE_HOST' },
  address: {},
};

/** What a shell in the container does first. */
const shell = ['sh', '-c', 'export DATABASE_URL="postgres://$DATABASE_USER"; exec "$@"', 'sh'];

describe('an app that was there before', () => {
  const source = sourceOf({ container });
  const packed = (...texts: [path: string, text?: string][]) =>
    Object.keys(
      unzipSync(
        pack(
          texts.map(([path, text = path]) => ({ path, mode: 0o100644, content: Buffer.from(text) })),
          source,
        ).bytes,
      ),
    );

  it('is packed with the whole repo, and without what the rules below its context name', () => {
    const names = packed(
      ['README.md'],
      ['infra/buildspec.yml'],
      ['apps/api/.dockerignore', '*.md\ndocker\n'],
      ['apps/api/README.md'],
      ['apps/api/docker/Dockerfile'],
      ['apps/api/docker/notes.txt'],
      ['apps/api/server.js'],
      ['apps/apikeys.md'],
    );
    assert.deepEqual(names, [
      'README.md',
      'infra/buildspec.yml',
      'apps/api/.dockerignore',
      'apps/api/docker/Dockerfile',
      'apps/api/server.js',
      'apps/apikeys.md',
    ]);
  });

  it('goes by the rules beside its Dockerfile rather than by those of its context', () => {
    const names = packed(
      ['apps/api/.dockerignore', '*.md\n'],
      ['apps/api/docker/Dockerfile.dockerignore', '*.js\n'],
      ['apps/api/README.md'],
      ['apps/api/server.js'],
    );
    assert.ok(names.includes('apps/api/README.md') && !names.includes('apps/api/server.js'));
  });

  it('is built as its settings say, and the starter as it always was', () => {
    assert.deepEqual(dockerArguments(source, '/tmp/x'), [
      ...['--file', '/tmp/x/apps/api/docker/Dockerfile', '--target', 'production', '/tmp/x/apps/api'],
    ]);
    const starter = sourceOf({ container: undefined });
    assert.equal(starter.folder, 'backend');
    assert.deepEqual(dockerArguments(starter, '/tmp/x'), ['--file', '/tmp/x/Dockerfile', '/tmp/x']);
    const top = sourceOf({ container: { ...container, context: '.', dockerfile: './Dockerfile' } });
    assert.deepEqual(dockerArguments(top, '/tmp/x').slice(0, 2), ['--file', '/tmp/x/Dockerfile']);
  });

  it('is healthy with the answers that its load balancer takes', () => {
    assert.ok(matches(302, '200-399') && matches(401, '200,401') && matches(204, '200,204-299'));
    assert.ok(!matches(404, '200-399') && !matches(200, '401') && !matches(303, '200,204-299'));
  });

  it('runs another command behind the shell that puts its variables together', () => {
    const backend = { name: 'backend', entryPoint: [...shell, './start.sh'], command: ['serve'] };
    const made = runDefinition('shop-dev-run', { definition: {}, backend }, ['python', 'manage.py', 'shell']);
    const [one] = made.containerDefinitions ?? [];
    assert.deepEqual(
      [...(one?.entryPoint ?? []), ...(one?.command ?? [])],
      [...shell, 'python', 'manage.py', 'shell'],
    );
    assert.match(
      shellWords([...composing(backend), '/bin/sh']),
      /^sh -c 'export .*exec "\$@"' sh \/bin\/sh$/,
    );
  });

  it('keeps an entry point of its own that only looks like that shell out of it', () => {
    assert.deepEqual(composing({ entryPoint: ['sh', '-c', 'exec node server.js'] }), []);
    assert.deepEqual(composing({}), []);
  });

  it('has variables that a file of its old platform must not bring along again', () => {
    const values = new Map([['NODE_ENV', 'production']]);
    const around = { database: false, plain: [], secret: [], container: ['NODE_ENV'] };
    assert.equal(triage(values, around)[0]?.destination, 'left out');
    assert.equal(triage(values, { ...around, plain: ['NODE_ENV'] })[0]?.destination, 'plain');
  });
});
