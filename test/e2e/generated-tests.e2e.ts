import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { linkInfraModules, linkModules } from './support/infra.ts';
import { type Postgres, startPostgres } from './support/postgres.ts';
import { run } from './support/process.ts';
import { pythonPrefix } from './support/provision.ts';
import { render, type Variant } from './support/render.ts';

// What a generated repo's own ci.yml does.
const checks = {
  fastapi: [
    ['.venv/bin/ruff', 'check'],
    ['.venv/bin/ruff', 'format', '--check'],
    ['.venv/bin/mypy'],
    ['.venv/bin/pytest', '-q'],
  ],
  node: [
    ['npm', 'run', 'lint'],
    ['npm', 'run', 'typecheck'],
    ['npm', 'test'],
    ['npm', 'run', 'build'],
  ],
};

const variants: Variant[] = [
  { backend: 'fastapi', sse: true, database: true, domain: 'api.example.com', github: 'acme/shop' },
  { backend: 'node', sse: true, database: false },
  { backend: 'fastapi', sse: false, database: false },
  { backend: 'node', sse: false, database: true },
];

describe("the generated repos' own checks", { concurrency: 1 }, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres({ tls: false });
  });

  for (const variant of variants) {
    const { backend, sse, database } = variant;
    const title = `${backend}, ${sse ? 'with' : 'without'} a stream, ${database ? 'with' : 'without'} a database`;
    describe(title, { concurrency: 1 }, () => {
      let directory = '';
      before(async () => {
        directory = await render(variant);
        await install(backend, join(directory, 'backend'));
      });

      for (const [command, ...args] of checks[backend] as [string, ...string[]][]) {
        it(`passes ${[command.split('/').at(-1), ...args].join(' ')}`, async () => {
          const env = database ? postgres.environment : {};
          await run(command, args, { cwd: join(directory, 'backend'), env, timeoutMs: 240_000 });
        });
      }

      // Commands and infrastructure know nothing of the backend's language: two variants cover them.
      if (sse !== database) return;
      it("passes the commands' lint, types and tests", async () => {
        await linkModules(directory, 'ops');
        for (const script of ['lint', 'typecheck', 'test'])
          await run('npm', ['run', script], { cwd: join(directory, 'ops'), timeoutMs: 240_000 });
      });

      it("passes the infrastructure's lint, types and tests", async () => {
        await linkInfraModules(directory);
        const infra = join(directory, 'infra');
        for (const script of ['lint', 'typecheck', 'test']) {
          await run('npm', ['run', script], { cwd: infra, timeoutMs: 240_000 });
        }
      });
    });
  }
});

async function install(backend: Variant['backend'], cwd: string): Promise<void> {
  const options = { cwd, timeoutMs: 300_000 };
  if (backend === 'node') {
    await run('npm', ['ci', '--no-audit', '--no-fund'], options);
    return;
  }
  await run(join(pythonPrefix(), 'bin/python3.13'), ['-m', 'venv', '.venv'], options);
  await run('.venv/bin/pip', ['install', '-q', '--no-compile', '-r', 'requirements-dev.txt'], options);
}
