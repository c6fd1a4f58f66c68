import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { commit, editSettings, renderWithFeatures } from './support/feature-repo.ts';
import { featureBlocks, featureExceptions, featurePages, inSections } from './support/feature-runbooks.ts';
import { recordCalls, recordMatches, recordMissedRun } from './support/feature-traces.ts';
import * as values from './support/feature-values.ts';
import { openFrontDoor } from './support/front-door.ts';
import { linkInfraModules, linkModules } from './support/infra.ts';
import { run } from './support/process.ts';
import { accounts, render, type Variant } from './support/render.ts';
import { documentsOf, unattended } from './support/runbooks.ts';
import { assertDns, assertLoadBalancer } from './support/stack-values.ts';

const variant: Variant = {
  backend: 'fastapi',
  sse: true,
  database: true,
  domain: 'api.example.com',
  github: 'acme/shop',
};

// The blocks become tests of their own, so the repo must be there when the file is loaded.
const directory = await renderWithFeatures(variant);
// As waf.md says: dev can have one as well.
await editSettings(directory, ({ dev, prod }) => {
  dev.waf = prod.waf;
});
const blocks = featureBlocks(directory);
const pages = documentsOf(directory);

describe('every feature, deployed to dev by the runbooks', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let environment: Record<string, string> = {};
  let found: values.Found;

  before(async () => {
    emulator = await startEmulator();
    // The repo's own tests validate its templates; here it would take half of the time.
    environment = await openFrontDoor(emulator, 'api.example.com');
    await linkInfraModules(directory);
    await linkModules(directory, 'ops');
  });
  after(() => emulator.server.stop());

  // Nobody is asked in dev.
  const sh = (command: string) =>
    run('bash', ['-euo', 'pipefail', '-c', unattended(command, () => false)], {
      cwd: directory,
      env: environment,
      timeoutMs: 300_000,
    });
  const codeUnder = (document: string, heading: string): string => {
    const block = blocks.find((one) => one.document === document && one.heading === heading);
    assert.ok(block, `${document} has no block under "${heading}"`);
    return block.code;
  };

  it('deploys with the commands of the first deployment', async () => {
    await sh('npm run ops -- bootstrap --env dev');
    for (const { code } of inSections(directory, 'first-deploy.md').filter(
      ({ heading }) => heading === 'dev',
    ))
      await sh(code);
    found = await values.readBack(emulator);
  });

  it('has a firewall that counts before the load balancer', () => values.assertFirewall(found, 'count'));

  it('tells the address of every alarm, of a failed deployment and of the budget', () =>
    values.assertAlarms(found, values.watches));

  it('has schedules that may start what there is to start', () => {
    const twice = ['cron(0 3 13 * ? *)', 'cron(0 3 ? * 6 *)'];
    values.assertSchedules(found, twice, ['sleep', '1']);
  });

  it('has a worker beside the service', () => values.assertWorker(found, ['sleep', 'infinity']));

  it('has a cache that only the tasks reach, and its address in all of them', () =>
    values.assertCache(found));

  it('records calls, flows and requests', () => values.assertTrail(found));

  it('listens with TLS only, at its own name', () => {
    assertLoadBalancer(found.loadBalancer, 'dev', variant);
    assertDns(found, 'dev', 'api.example.com');
    values.assertCertificate(found, 'dev.api.example.com');
  });

  /** What must have happened before a section's blocks have anything to show. */
  const beforehand: Record<string, () => Promise<unknown>> = {
    'jobs.md: What happened?': async () => {
      await recordMissedRun(sh, 'shop-dev-jobs-not-started');
      await sh(codeUnder('jobs.md', 'Run it now'));
    },
    'jobs.md: Stop a run that is going': async () => {
      emulator.nextTask({ exitCode: null, log: ['going on'] });
      await sh(codeUnder('jobs.md', 'Run it now'));
      emulator.nextTask({ exitCode: 0, log: ['done'] });
    },
    'audit.md: Who did it?': () => recordCalls(sh, accounts.dev),
    'waf.md: From counting to blocking': async () => {
      await recordMatches(sh, 'aws-waf-logs-shop-dev');
      await editSettings(directory, ({ dev }) => {
        dev.waf.mode = 'block';
      });
    },
  };
  const printed: Record<string, string> = {};

  for (const block of blocks.filter(({ act }) => act !== 'off')) {
    const title = `${block.document}, block ${block.number}: ${block.code.split('\n')[0]}`;
    if (block.skip) it(title, { skip: block.skip }, () => {});
    else
      it(title, async () => {
        const place = `${block.document}: ${block.heading}`;
        if (!(place in printed)) await beforehand[place]?.();
        const { stdout, stderr } = await sh(block.code);
        printed[place] = (printed[place] ?? '') + stdout + stderr;
        if (block.act === 'change') await commit(directory, title);
      });
  }

  it('has shown in these blocks what there was to see', () => {
    const shown = (place: string, text: RegExp) => assert.match(printed[place] ?? 'nothing', text, place);
    shown('alarms.md: # Alarms', /^OK\tshop-dev-no-task\t/m);
    shown('jobs.md: What happened?', /\tEssential container in task exited\t0$/m);
    shown('jobs.md: What happened?', /schedule\/default\/shop-dev-cleanup.*No room for another task/s);
    shown('jobs.md: Stop a run that is going', /^STOPPED$/m);
    shown('audit.md: Who did it?', /ada@example\.com\tUpdateService\tshop-dev shop-dev\t203\.0\.113\.7$/m);
    shown('audit.md: Who did it?', /^-- 2 of 2 calls$.*^-- 1 of 2 calls$/ms);
    const rules = 'waf.md: From counting to blocking';
    shown(rules, /^RateLimit\tALLOW\tGET\t\/api\/notes\t2\t1$/m);
    shown(rules, /^known-bad-inputs:ExploitablePaths_URIPath\tBLOCK\tGET\t\/\.env\t1\t1$/m);
    assert.deepEqual(
      Object.keys(beforehand).filter((place) => !(place in printed)),
      [],
    );
  });

  it('has deployed what these blocks have changed', async () => {
    found = await values.readBack(emulator);
    values.assertFirewall(found, 'block');
    values.assertWorker(found, ['python', '-m', 'app.emails']);
    values.assertSchedules(found, ['cron(30 4 ? * 2-6 *)'], ['python', '-m', 'app.cleanup']);
    values.assertAlarms(found, values.watches);
  });

  it('takes every feature away that is turned off, and deploys the rest', async () => {
    const off = blocks.filter(({ act, skip }) => act === 'off' && !skip);
    const commands = off.map(({ code }) => code).filter((code) => code.startsWith('npx '));
    await editSettings(directory, ({ dev }) => {
      delete dev.waf;
    });
    for (const command of [
      ...commands,
      'npx generator-vibely waf --off',
      'npx generator-vibely audit --off',
    ]) {
      await sh(command);
      await commit(directory, command);
    }
    const cleanUp = async (page: string) => {
      for (const { document, code } of off) if (document === page && !commands.includes(code)) await sh(code);
    };
    await cleanUp('audit.md');
    await sh(codeUnder('cache.md', 'Put it there'));
    await cleanUp('cache.md');
  });

  it('leaves nothing of them behind, and all else as it was', async () => {
    const left = await values.readBack(emulator);
    values.assertTurnedOff(left);
    const stay = values.watches.filter((name) => !/^(worker|job)-/.test(name));
    values.assertAlarms(left, stay);
    assert.deepEqual(values.lasting(left), values.lasting(found));
  });

  it('has no difference left', async () => {
    const stacks = ['foundation', 'data', 'dns', 'release', 'service'].map((name) => `shop-dev-${name}`);
    const { stdout, stderr } = await sh(
      `npm --prefix infra run cdk -- diff ${stacks.join(' ')} --exclusively --method template --fail`,
    );
    assert.match(stdout + stderr, /with differences: 0/);
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});

describe('the runbooks of the features', () => {
  it('are all tested', async () => {
    const plain = documentsOf(await render(variant));
    const added = pages.filter((page) => !plain.includes(page));
    assert.deepEqual(added.sort(), [...featurePages, 'environments.md'].sort());
  });

  it('have a block for each exception', () => {
    const outlived = featureExceptions.filter(
      ({ document, code }) => !blocks.some((block) => block.document === document && code.test(block.code)),
    );
    assert.deepEqual(outlived, []);
  });
});
