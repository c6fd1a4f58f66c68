import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { commit } from './support/feature-repo.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkInfraModules, linkModules } from './support/infra.ts';
import { run } from './support/process.ts';
import { accounts, render, turnOn, type Variant } from './support/render.ts';
import { type Block, blocksOf, type Exception, unattended } from './support/runbooks.ts';

const variant: Variant = { backend: 'node', sse: false, database: false, github: 'acme/shop' };

const page = 'environments.md';

const exceptions: readonly Exception[] = [
  {
    document: page,
    begins: 'aws configure sso --profile staging-shop',
    reason: 'logs in with a browser at IAM Identity Center',
  },
];

// The blocks become tests of their own, so the repo must be there when the file is loaded.
const directory = await render(variant, ['--skip-install']);
await turnOn(directory, ['environment', 'staging', '--account', accounts.staging]);
await commit(directory, 'staging');
const blocks = blocksOf(directory, page);

describe('a further environment, pasted block by block', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let environment: Record<string, string> = {};
  let tag = '';

  before(async () => {
    emulator = await startEmulator();
    // The repo's own tests validate its templates; here it would take half of the time.
    environment = await openFrontDoor(emulator, 'api.example.com');
    await linkInfraModules(directory);
    await linkModules(directory, 'ops');
    tag = (await sh('git rev-parse HEAD')).stdout.trim();
    await sh('npm run ops -- bootstrap --env dev');
  });
  after(() => emulator.server.stop());

  // Nobody is asked but before prod, which is not touched.
  const sh = (command: string) =>
    run('bash', ['-euo', 'pipefail', '-c', unattended(command, () => false)], {
      cwd: directory,
      env: environment,
      timeoutMs: 300_000,
    });

  const serving = async () => {
    const { service } = await emulator.describe('staging', 'service');
    assert.equal(service.runningCount, 1);
    const [container] = service.definition.containerDefinitions;
    const registry = `${accounts.staging}.dkr.ecr.eu-central-1.amazonaws.com/shop-staging`;
    assert.equal(container.image, `${registry}:${tag}`);
  };
  const admittedByGithub = async () => {
    const { github } = await emulator.describe('staging', 'github');
    const trust = JSON.stringify(github.AssumeRolePolicyDocument);
    assert.ok(trust.includes('repo:acme/shop:environment:staging'), trust);
  };
  const left = async () => {
    const found = await emulator.describe('staging', 'stacks', 'network', 'buckets', 'registry');
    return [Object.keys(found.stacks), found.network.vpcs, found.buckets, found.registry];
  };
  const tornDown = async () => assert.deepEqual(await left(), [['github'], [], {}, null]);
  const gone = async () => assert.deepEqual(await left(), [[], [], {}, null]);
  /** Dev's registry lets the new account in, and has what the next block asks it for. */
  const pulledFrom = async () => {
    const { stdout } = await sh(
      'aws ecr get-repository-policy --repository-name shop-dev --query policyText --output text',
    );
    assert.ok(stdout.includes(`arn:aws:iam::${accounts.staging}:root`), stdout);
    const deploy = blocksOf(directory, 'first-deploy.md').find(({ code }) =>
      /\bdeploy --env dev\n$/.test(code),
    );
    await sh((deploy as Block).code);
  };
  const forgotten = async () => {
    const { stdout } = await sh('git status --short');
    assert.match(stdout, /^ D docs\/runbooks\/environments\.md$/m);
    assert.match(stdout, /^ M infra\/settings\.json$/m);
    assert.doesNotMatch(
      (await sh('cat infra/settings.json README.md .github/workflows/*.yml')).stdout,
      /staging/,
    );
  };

  /** What holds after the block whose commands have this in them. */
  const then: [RegExp, () => Promise<void>][] = [
    [/\bbootstrap --env staging\n$/, admittedByGithub],
    [/\bstacks --env dev\n$/, pulledFrom],
    [/\bdeploy --env staging\n$/, serving],
    [/\bteardown --env staging\b/, tornDown],
    [/destroy shop-staging-github/, gone],
    [/environment staging --off/, forgotten],
  ];
  const held = new Set<() => Promise<void>>();

  for (const { code, number } of blocks) {
    const title = `${page}, block ${number}: ${code.split('\n')[0]}`;
    const exception = exceptions.find(({ begins }) => code.startsWith(begins));
    if (exception) it(title, { skip: exception.reason }, () => {});
    else
      it(title, async () => {
        await sh(code);
        for (const [commands, check] of then) {
          if (!commands.test(code)) continue;
          held.add(check);
          await check();
        }
      });
  }

  it('came past everything that has to hold', () => {
    assert.deepEqual(
      then.filter(([, check]) => !held.has(check)),
      [],
    );
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});
