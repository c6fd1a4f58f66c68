import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mapped, packageJson, said } from './plans.ts';

const blueprint = (...services: readonly string[]): string =>
  `services:\n${services.map((one) => `  - ${one}\n`).join('')}`;

const node = { 'package.json': packageJson({ express: '5.1.0' }), 'a.js': '' };

describe('a ready image', () => {
  const ready = (more: string) =>
    mapped({
      'render.yaml': blueprint(
        `{type: web, name: api, runtime: image, image: {url: docker.io/acme/shop:1}, ${more}}`,
      ),
    });

  it('has its release command, and a start command of which every part runs', async () => {
    const { migration } = await ready(
      'preDeployCommand: npx prisma migrate deploy, dockerCommand: npm run setup && npm start',
    );
    assert.deepEqual(migration.release, ['npx', 'prisma', 'migrate', 'deploy']);
    assert.deepEqual(migration.container.command, ['sh', '-c', 'npm run setup && exec npm start']);
  });

  it('whose command leaves a shell in front is told of', async () => {
    const plan = await ready("dockerCommand: 'node a.js | tee log'");
    assert.ok(said(plan, 'warning').includes('shell-keeps-sigterm'));
  });
});

describe('the Dockerfile that is written', () => {
  const started = async (command: string) => {
    const plan = await mapped({ ...node, Procfile: `web: ${command}\n` });
    return { text: plan.migration.files?.Dockerfile ?? '', warnings: said(plan, 'warning') };
  };

  it('says that SIGTERM reaches the server where it does', async () => {
    const { text, warnings } = await started('node a.js --port $PORT');
    assert.match(text, /exec gives its place to the server, so that SIGTERM reaches it\.\nCMD/);
    assert.ok(!warnings.includes('shell-keeps-sigterm'));
  });

  for (const line of ['node a.js | tee log', 'node a.js & node b.js & wait'])
    it(`says that it does not where a shell stays in front: ${line}`, async () => {
      const { text, warnings } = await started(line);
      assert.match(text, /keeps SIGTERM to itself.*\nCMD/);
      assert.ok(warnings.includes('shell-keeps-sigterm'));
    });
});

describe('the .dockerignore that is written', () => {
  const ignored = async (files: Readonly<Record<string, string>>, path: string) => {
    const { migration } = await mapped(files);
    return (migration.files?.[path] ?? '').split('\n').filter((line) => /infra|ops/.test(line));
  };

  it('leaves out the folders that are written, and not those of the app under the same names', async () => {
    assert.deepEqual(await ignored(node, '.dockerignore'), ['infra', 'ops']);
    const own = { ...node, 'ops/models.js': '' };
    assert.deepEqual(await ignored(own, '.dockerignore'), ['infra', 'ops/node_modules']);
  });

  it('leaves out none of a context below the top, where nothing is written', async () => {
    const below = {
      'render.yaml': blueprint(
        '{type: web, name: api, runtime: node, rootDir: api, startCommand: node a.js}',
      ),
      'api/package.json': packageJson({ express: '5.1.0' }),
      'api/a.js': '',
    };
    assert.deepEqual(await ignored(below, 'api/.dockerignore'), []);
  });
});

describe('services of two languages at one place', () => {
  it('have two images: the other one is told of, with its worker and its release step', async () => {
    const plan = await mapped({
      ...node,
      'requirements.txt': 'celery\n',
      'render.yaml': blueprint(
        '{type: web, name: api, runtime: node, startCommand: node a.js}',
        '{type: worker, name: jobs, runtime: python, startCommand: python worker.py, preDeployCommand: python manage.py migrate}',
      ),
    });
    const gap = plan.migration.findings.find(({ id }) => id === 'other-image');
    assert.equal(
      gap?.what,
      'jobs (worker) is built from the source at the top for Python; api is built from the source at the top for Node.',
    );
    assert.deepEqual([plan.features.worker, plan.migration.release], [undefined, []]);
  });
});
