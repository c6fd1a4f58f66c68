import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './aws.ts';
import { openFrontDoor } from './front-door.ts';
import { linkInfraModules } from './infra.ts';
import { type RunResult, run } from './process.ts';
import { accounts, render, type Variant } from './render.ts';
import { assertEnvironment } from './stack-values.ts';

/** The life of the stacks, by the scripts of ops/ and the CDK CLI: deployed, read back, updated, destroyed. */
export function describeStacks(variant: Variant, names: readonly ('dev' | 'prod')[]): void {
  const { backend, sse, database } = variant;
  const title = `${backend} ${sse ? 'with' : 'without'} a stream, ${database ? 'with' : 'without'} a database`;
  describe(`the stacks of ${title}`, { concurrency: 1 }, () => {
    let emulator: Emulator;
    let directory = '';
    let environment: Record<string, string> = {};

    before(async () => {
      emulator = await startEmulator();
      environment = await openFrontDoor(emulator, 'api.example.com');
      directory = await render(variant, ['--skip-install']);
      await linkInfraModules(directory);
    });
    after(() => emulator.server.stop());

    const sh = (command: string, codes: readonly number[] = [0]): Promise<RunResult> =>
      run('bash', ['-c', command], { cwd: directory, env: environment, timeoutMs: 300_000, codes });
    const head = async () => (await sh('git rev-parse HEAD')).stdout.trim();

    for (const name of names) {
      const profile = name === 'prod' ? 'AWS_PROFILE=prod-shop ' : '';
      const cdk = (command: string, codes?: readonly number[]) =>
        sh(`${profile}npm --prefix infra run cdk -- ${command}`, codes);
      const found = () => emulator.describe(name);

      it(`is bootstrapped in ${name}`, async () => {
        await cdk(`bootstrap aws://${accounts[name]}/eu-central-1`);
      });

      it(`does not deploy an image to ${name} that was never built`, async () => {
        if (database) await sh(`${profile}ops/database-password.sh ${name}`);
        await sh(`${profile}ops/stacks.sh ${name}`);
        const refused = await sh(`${profile}ops/deploy.sh ${name}`, [1]);
        assert.match(refused.stderr, /There is no image/);
      });

      it(`deploys ${name} and holds every value`, async () => {
        await sh(`${profile}ops/build-remote.sh ${name}`);
        await sh(`${profile}ops/deploy.sh ${name}`);
        assertEnvironment(await found(), name, variant, await head());
      });

      it(`keeps the image of ${name} when only the infrastructure is deployed`, async () => {
        const file = join(directory, 'infra/settings.json');
        const settings = JSON.parse(readFileSync(file, 'utf8'));
        settings.environments[name].deregistrationDelaySeconds = 90;
        writeFileSync(file, JSON.stringify(settings, null, 2));
        await cdk(`deploy shop-${name}-service --exclusively --require-approval never`);
        const [group] = (await found()).loadBalancer.targetGroups;
        assert.equal(group.attributes['deregistration_delay.timeout_seconds'], '90');
        assert.equal((await found()).stacks.service.parameters.ImageTag, await head());
      });

      it(`has no difference left in ${name}`, async () => {
        const { stdout, stderr } = await cdk(`diff 'shop-${name}-*' --method template --fail`);
        assert.match(stdout + stderr, /with differences: 0/);
      });
    }

    it('puts a new version into service, and the old one back', async () => {
      const old = await head();
      await sh('git commit --quiet --allow-empty --message second');
      await sh('ops/build.sh dev && ops/deploy.sh dev');
      assert.equal((await emulator.describe('dev')).stacks.service.parameters.ImageTag, await head());
      await sh(`ops/rollback.sh dev ${old}`);
      assert.equal((await emulator.describe('dev')).stacks.service.parameters.ImageTag, old);
    });

    if (database) {
      it('leaves the service alone when the migrations fail, and passes their exit code on', async () => {
        const serving = (await emulator.describe('dev')).stacks.service.parameters.ImageTag;
        await sh('git commit --quiet --allow-empty --message third && ops/build.sh dev');
        emulator.nextTask({ exitCode: 3, log: ['relation "notes" is broken'] });
        const failed = await sh('ops/deploy.sh dev', [3]);
        assert.match(failed.stdout, /relation "notes" is broken/);
        assert.equal((await emulator.describe('dev')).stacks.service.parameters.ImageTag, serving);
      });

      it('does not replace a password that is there', async () => {
        const read =
          'aws ssm get-parameter --with-decryption --name /shop/dev/DATABASE_PASSWORD --query Parameter.Value';
        const first = (await sh(read)).stdout;
        assert.match((await sh('ops/database-password.sh dev')).stdout, /stays as it is/);
        assert.equal((await sh(read)).stdout, first);
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
