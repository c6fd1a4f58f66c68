import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkInfraModules } from './support/infra.ts';
import { commandsOf, type Ops } from './support/ops.ts';
import { type RunResult, run } from './support/process.ts';
import { render, type Variant } from './support/render.ts';

const variant: Variant = { backend: 'node', sse: false, database: false };

describe('deploying', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let ops: Ops;
  let directory = '';
  let environment: Record<string, string> = {};

  before(async () => {
    emulator = await startEmulator();
    environment = await openFrontDoor(emulator, 'api.example.com');
    directory = await render(variant, ['--skip-install']);
    await linkInfraModules(directory);
    ops = await commandsOf(directory, environment);
  });
  after(() => emulator.server.stop());

  const git = (...args: string[]): Promise<RunResult> =>
    run('git', args, { cwd: directory, env: environment });
  const head = async () => (await git('rev-parse', 'HEAD')).stdout.trim();

  it('bootstraps', async () => {
    const r = await ops('bootstrap --env dev');
    console.log(r.stderr);
    const s = await ops('stacks --env dev');
    console.log(s.stderr.slice(-300));
    const d = await ops('deploy --env dev --remote --hold 1s');
    console.log(d.stdout, d.stderr);
    assert.equal((await emulator.describe('dev', 'stacks')).stacks.service.parameters.ImageTag, await head());
  });
});
