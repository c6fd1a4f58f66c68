import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { Answers } from '../../src/answers.ts';
import { allFeatures, type Features } from '../../src/features/all.ts';
import { type Findings, synthAll, typecheckAll, writeInfra } from '../rendered/many.ts';
import { answersWith } from '../support.ts';
import { scratch, venv } from './support/paths.ts';
import { run } from './support/process.ts';

/** What is stored of each feature that is on. */
const features: Required<Features> = {
  https: { zone: '', devZone: '', frontend: '', devFrontend: '' },
  waf: { mode: 'count', rateLimit: 2000, behindProxy: false },
  alarms: { email: 'ada@example.com', budgetUsd: 150 },
  worker: { emails: { command: 'sleep infinity' } },
  cron: { cleanup: { schedule: '0 3 * * *', command: 'sleep 1' } },
  cache: {},
  audit: { days: 365 },
  environment: { staging: { account: '345678901234' } },
};

/** What surrounds a pair: on one backend all that an app can have, on the other nothing. */
const surroundings: Record<string, Partial<Answers>> = {
  'FastAPI with everything': {
    backend: 'fastapi',
    sse: true,
    database: true,
    domain: 'api.example.com',
    github: 'acme/shop',
  },
  'Node with nothing': { backend: 'node', sse: false, database: false },
};

const ids = Object.keys(features) as (keyof Features)[];
const pairs = ids.flatMap((one, index) => ids.slice(index + 1).map((other) => [one, other] as const));

function answersOf(pair: readonly (keyof Features)[], base: Partial<Answers>): Answers {
  return answersWith({
    devAccount: '123456789012',
    prodAccount: '210987654321',
    ...base,
    ...(pair.includes('https') && { domain: 'api.example.com' }),
    features: Object.fromEntries(pair.map((id) => [id, features[id]])),
  });
}

/** Path → content of the templates of a synthesised repo. */
function templatesOf(folder: string): [path: string, content: string][] {
  const out = join(folder, 'infra/cdk.out');
  const names = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  return names.map((name) => [join(out, name), readFileSync(join(out, name), 'utf8')]);
}

interface Finding {
  Filename: string;
  Rule: { Id: string };
  Message: string;
}

/** What cfn-lint says of the templates of each repo in `home`; a template that several have is looked at once. */
async function lintAll(home: string, names: readonly string[]): Promise<Findings> {
  const first = new Map<string, string>();
  const uses = names.flatMap((name) =>
    templatesOf(join(home, name)).map(([path, content]) => {
      const hash = createHash('sha1').update(content).digest('hex');
      if (!first.has(hash)) first.set(hash, path);
      return { name, path: first.get(hash) };
    }),
  );
  const args = ['--format', 'json', '--', ...first.values()];
  const codes = Array.from({ length: 16 }, (_, code) => code);
  const { stdout } = await run(join(venv, 'cfn-lint'), args, { cwd: home, codes, timeoutMs: 300_000 });
  const findings = JSON.parse(stdout) as Finding[];
  const found = new Map<string, string[]>();
  for (const { name, path } of uses)
    for (const { Filename, Rule, Message } of findings)
      if (Filename === path) found.set(name, [...(found.get(name) ?? []), `${path}: ${Rule.Id} ${Message}`]);
  return found;
}

describe('every pair of features', () => {
  const home = scratch('pairs');
  const sets = Object.entries(surroundings).flatMap(([title, base]) =>
    pairs.map((pair) => ({
      title: `${pair.join(' and ')}, on ${title}`,
      folder: `${pair.join('-')}-${base.backend}`,
      answers: answersOf(pair, base),
    })),
  );
  const names = sets.map(({ folder }) => folder);
  let found: [what: string, findings: Findings][] = [];

  before(async () => {
    for (const { folder, answers } of sets) writeInfra(join(home, folder), answers);
    const types = typecheckAll(home, names);
    const stacks = await synthAll(home, names);
    const built = names.filter((name) => !types.has(name) && !stacks.has(name));
    found = Object.entries({ types, stacks, templates: await lintAll(home, built) });
  });

  it('takes in each feature that there is', () => {
    assert.deepEqual(ids.toSorted(), allFeatures.map(({ id }) => id).toSorted());
  });

  for (const { title, folder } of sets)
    it(`passes the type check, synth, cdk-nag and cfn-lint: ${title}`, () => {
      const own = found.flatMap(([what, findings]) =>
        (findings.get(folder) ?? []).map((line) => `${what}: ${line}`),
      );
      assert.equal(own.join('\n'), '');
      assert.ok(templatesOf(join(home, folder)).length >= 4);
    });
});
