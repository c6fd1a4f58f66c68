import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { openFrontDoor } from './support/front-door.ts';
import { commandsOf } from './support/ops.ts';
import { run } from './support/process.ts';
import { render, type Variant } from './support/render.ts';
import {
  type Block,
  blocksOf,
  commandsIn,
  documentsOf,
  exceptionFor,
  exceptions,
  unattended,
} from './support/runbooks.ts';
import { assertEnvironment, assertGithub } from './support/stack-values.ts';

const variant: Variant = {
  backend: 'fastapi',
  sse: true,
  database: true,
  domain: 'api.example.com',
  github: 'acme/shop',
};

// As a reader comes to them: from nothing to a running app, through its days, to its end.
const order = [
  'accounts-and-bootstrap.md',
  'first-deploy.md',
  'domain-and-https.md',
  'deploy-without-docker.md',
  'secrets.md',
  'rolling-back.md',
  'restore-a-dump.md',
  'when-something-is-wrong.md',
  'vercel.md',
  'costs-and-teardown.md',
];

// The blocks become tests of their own, so the repo must be there when the file is loaded.
const directory = await render(variant, ['--skip-install']);

/** A text in a dump: its length, the lowest byte first, then itself. */
const text = (value: string) => `\0${String.fromCharCode(value.length)}\0\0\0${value}`;

describe('the runbooks, pasted block by block', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let environment: Record<string, string> = {};

  before(async () => {
    emulator = await startEmulator();
    environment = await openFrontDoor(emulator, 'api.example.com');
  });
  after(() => emulator.server.stop());

  const sh = (command: string) =>
    run('bash', ['-euo', 'pipefail', '-c', command], {
      cwd: directory,
      env: environment,
      timeoutMs: 400_000,
    });

  /** What a reader does by hand, or what must hold, before the block that begins like this. */
  const beforehand: Record<string, () => Promise<void>> = {
    'npm --prefix infra run cdk -- destroy shop-dev-github': async () => {
      const tag = (await sh('git rev-parse HEAD')).stdout.trim();
      for (const name of ['dev', 'prod'] as const) {
        const found = await emulator.describe(name);
        assertEnvironment(found, name, variant, tag);
        assertGithub(found, name);
      }
    },
    'npm run ops -- build --env dev --remote': async () => {
      await sh('git commit --quiet --allow-empty --message second');
    },
    'npm run ops -- rollback --env prod': async () => {
      await sh('npm run ops -- deploy --env prod --yes --hold 1s');
    },
    'npm run ops -- secrets push .env.dev --env dev': async () => {
      writeFileSync(join(directory, '.env.dev'), 'STRIPE_KEY=sk_test_example\n');
    },
    'aws ssm delete-parameter --name /shop/dev/STRIPE_KEY': async () => {
      await sh('git checkout --quiet infra/settings.json');
    },
    'npm run ops -- db restore shop.dump --env dev': async () => {
      // As pg_dump 16 begins one, of a server 16.
      const header = `PGDMP\x01\x0f\0\x04\x08\x01\x01${'\0'.repeat(35)}${['app', '16.1', '16.1'].map(text).join('')}`;
      writeFileSync(join(directory, 'shop.dump'), header, 'latin1');
    },
  };
  const prepared = new Set<string>();

  const runBlock = async ({ code }: Block) => {
    for (const [begins, prepare] of Object.entries(beforehand)) {
      if (!code.includes(begins) || prepared.has(begins)) continue;
      prepared.add(begins);
      await prepare();
    }
    await sh(unattended(code, changes));
  };

  /** Whether a command changes something, as its own declaration has it. */
  const changes = (command: string) => {
    const [file, name = file] = command.split(' ');
    const declared = readFileSync(join(directory, `ops/commands/${file}.ts`), 'utf8');
    return new RegExp(`changing\\(\\s*\\w+\\.command\\('${name}'\\)`).test(declared);
  };

  for (const document of order) {
    for (const block of blocksOf(directory, document)) {
      const title = `${document}, block ${block.number}: ${block.code.split('\n')[0]}`;
      const exception = exceptionFor(block);
      if (exception) it(title, { skip: exception.reason }, () => {});
      else it(title, () => runBlock(block));
    }
  }

  it('came past every step that is done by hand', () => {
    assert.deepEqual([...prepared].sort(), Object.keys(beforehand).sort());
  });

  it('left nothing of dev and prod behind', async () => {
    for (const name of ['dev', 'prod'] as const) assert.deepEqual((await emulator.describe(name)).stacks, {});
  });

  it('met nothing that the emulator does not know', () => {
    assert.equal(emulator.failures(), '');
  });
});

describe('the runbooks', () => {
  it('are all tested', () => {
    assert.deepEqual(documentsOf(directory).sort(), [...order].sort());
  });

  it('have a block for each exception', () => {
    const blocks = order.flatMap((document) => blocksOf(directory, document));
    const met = new Set(blocks.map(exceptionFor));
    assert.deepEqual(
      exceptions.filter((exception) => !met.has(exception)),
      [],
    );
  });

  const others: Variant[] = [
    { backend: 'node', sse: false, database: false },
    { backend: 'node', sse: true, database: true, domain: 'example.com' },
    { backend: 'fastapi', sse: true, database: false, github: 'acme/shop' },
  ];
  for (const other of others) {
    it(`name only commands that the repo has: ${JSON.stringify(other)}`, async () => {
      const repo = await render(other);
      const blocks = documentsOf(repo).flatMap((document) => blocksOf(repo, document));
      assert.ok(blocks.length > 15, `${blocks.length} blocks`);
      const known = (await (await commandsOf(repo))('--help')).stdout;
      for (const { document, code } of blocks) {
        await run('bash', ['-n', '-c', code]);
        for (const command of commandsIn(code))
          assert.match(known, new RegExp(`^  ${command} `, 'm'), document);
        if (!other.database) assert.doesNotMatch(code, /release|DATABASE|rds/, document);
        if (!other.domain) assert.doesNotMatch(code, /-dns|hosted-zone/, document);
      }
    });
  }
});
