import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './aws.ts';
import { openFrontDoor } from './front-door.ts';
import { linkInfraModules } from './infra.ts';
import { commandsOf, type Ops } from './ops.ts';
import { type RunResult, run } from './process.ts';
import { accounts, render, type Variant } from './render.ts';
import { assertEnvironment } from './stack-values.ts';

/** The life of the stacks, by the commands of ops/ and the CDK CLI: deployed, read back, updated, destroyed. */
export function describeStacks(variant: Variant, names: readonly ('dev' | 'prod')[]): void {
  const { backend, sse, database } = variant;
  const title = `${backend} ${sse ? 'with' : 'without'} a stream, ${database ? 'with' : 'without'} a database`;
  describe(`the stacks of ${title}`, { concurrency: 1 }, () => {
    let emulator: Emulator;
    let directory = '';
    let environment: Record<string, string> = {};

    let ops: Ops;

    before(async () => {
      emulator = await startEmulator();
      environment = await openFrontDoor(emulator, 'api.example.com');
      directory = await render(variant, ['--skip-install']);
      await linkInfraModules(directory);
      ops = await commandsOf(directory, environment);
    });
    after(() => emulator.server.stop());

    const sh = (command: string, codes: readonly number[] = [0]): Promise<RunResult> =>
      run('bash', ['-c', command], { cwd: directory, env: environment, timeoutMs: 300_000, codes });
    const head = async () => (await sh('git rev-parse HEAD')).stdout.trim();
    const inService = async (name: 'dev' | 'prod'): Promise<string> =>
      (await emulator.describe(name, 'stacks')).stacks.service.parameters.ImageTag;

    for (const name of names) {
      const profile = name === 'prod' ? 'AWS_PROFILE=prod-shop ' : '';
      const cdk = (command: string, codes?: readonly number[]) =>
        sh(`${profile}npm --prefix infra run cdk -- ${command}`, codes);
      const found = () => emulator.describe(name);

      it(`is bootstrapped in ${name}, and deployed as far as the service stands on it`, async () => {
        await ops(`bootstrap --env ${name} --yes`);
        await ops(`stacks --env ${name} --yes`);
      });

      it(`deploys ${name} and holds every value`, async () => {
        // prod gets the image that runs in dev.
        const tag = name === 'dev' ? await head() : await inService('dev');
        await ops(`deploy ${tag} --env ${name} --yes --remote --hold 1s`);
        assertEnvironment(await found(), name, variant, tag);
      });

      it(`keeps the image of ${name} when only the infrastructure is deployed`, async () => {
        const tag = await inService(name);
        const file = join(directory, 'infra/settings.json');
        const settings = JSON.parse(readFileSync(file, 'utf8'));
        settings.environments[name].deregistrationDelaySeconds = 90;
        writeFileSync(file, JSON.stringify(settings, null, 2));
        await cdk(`deploy shop-${name}-service --exclusively --require-approval never`);
        const [group] = (await found()).loadBalancer.targetGroups;
        assert.equal(group.attributes['deregistration_delay.timeout_seconds'], '90');
        assert.equal(await inService(name), tag);
        await sh('git commit --quiet --all --message settings');
      });

      it(`has no difference left in ${name}`, async () => {
        const { stdout, stderr } = await cdk(`diff 'shop-${name}-*' --method template --fail`);
        assert.match(stdout + stderr, /with differences: 0/);
      });
    }

    it('puts a new version into service, and the old one back', async () => {
      const old = await inService('dev');
      await ops('deploy --env dev --hold 1s');
      assert.equal(await inService('dev'), await head());
      await ops(`rollback --env dev --hold 1s`);
      assert.equal(await inService('dev'), old);
    });

    if (database) {
      it('leaves the service alone when the migrations fail, and passes their exit code on', async () => {
        const serving = await inService('dev');
        await sh('git commit --quiet --allow-empty --message third');
        emulator.nextTask({ exitCode: 3, log: ['relation "notes" is broken'] });
        const failed = await ops('deploy --env dev', { codes: [3] });
        assert.match(failed.stdout, /relation "notes" is broken/);
        assert.equal(await inService('dev'), serving);
      });
    }

    if (names.includes('prod')) {
      it('does not let prod be deleted', async () => {
        await sh(
          'AWS_PROFILE=prod-shop npm --prefix infra run cdk -- destroy shop-prod-service --exclusively --force',
          [1],
        );
        assert.ok((await emulator.describe('prod')).service);
      });
    }

    it('is destroyed in dev, stack by stack, and leaves nothing behind', async () => {
      for (const kind of ['assets', 'builds', ...(database ? ['dumps'] : [])]) {
        await sh(
          `aws s3 rm --recursive --only-show-errors s3://shop-dev-${kind}-${accounts.dev}-eu-central-1`,
        );
      }
      const stacks = ['service', ...(database ? ['release', 'data'] : []), 'foundation'];
      for (const stack of stacks)
        await sh(`npm --prefix infra run cdk -- destroy shop-dev-${stack} --exclusively --force`);
      const left = await emulator.describe('dev');
      assert.deepEqual(left.stacks, {});
      assert.deepEqual(
        [left.network.vpcs, left.loadBalancer, left.database, left.buckets],
        [[], null, null, {}],
      );
      assert.equal(left.registry, null);
    });

    it('met nothing that the emulator does not know', () => {
      assert.equal(emulator.failures(), '');
    });
  });
}
