import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Answers, SomeAnswers } from '../../src/answers.ts';
import { Problem } from '../../src/problem.ts';
import { isSeed, render } from '../../src/render.ts';
import { answersFile, lockFile, storedAnswers } from '../../src/state.ts';
import { linkModules, synthAll, typecheckAll } from '../rendered/many.ts';
import { scratch, tree } from '../support.ts';
import { type Call, commit, generate } from './in-process.ts';
import { assertJson, assertKept, type Tree } from './kept.ts';
import { type Edit, edit, fraction, ownersEdits, takeOut } from './owner.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 25);
/** How many of the results are type-checked and synthesised, which takes longer than all the rest. */
const synthRuns = Number(process.env.PROPERTY_SYNTH_RUNS ?? 4);
/** The same seed does it all again: `PROPERTY_SEED=… node --test test/merge/property.test.ts`. */
const seed = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);

/** Every feature, each in two ways where there are two. */
const features: Call[] = [
  { command: 'https', given: { domain: 'api.example.com' } },
  { command: 'https', given: { domain: 'shop.example', zone: 'Z0123456789' } },
  { command: 'waf' },
  { command: 'waf', given: { mode: 'block', rateLimit: 500 } },
  { command: 'alarms', given: { email: 'ada@example.com' } },
  { command: 'alarms', given: { email: 'ops@example.com', budgetUsd: 40 } },
  { command: 'worker', name: 'emails', given: { command: 'python -m app.emails' } },
  { command: 'worker', name: 'emails', given: { command: 'node dist/emails.js' } },
  { command: 'cron', name: 'cleanup', given: { schedule: '0 3 * * *', command: 'sleep 1' } },
  { command: 'cron', name: 'cleanup', given: { schedule: 'rate(15 minutes)', command: 'sleep 2' } },
  { command: 'cache' },
  { command: 'audit' },
  { command: 'audit', given: { days: 400 } },
  // Its account is not known yet: nothing is deployed, and a domain may become another one.
  { command: 'environment', name: 'staging', given: { account: '000000000000' } },
];

const appCall: fc.Arbitrary<Call> = fc
  .record(
    {
      sse: fc.boolean(),
      database: fc.boolean(),
      domain: fc.constantFrom('', 'api.example.com', 'shop.example'),
      github: fc.constantFrom('', 'acme/shop'),
      architecture: fc.constantFrom('arm64', 'x86_64'),
    },
    { requiredKeys: [] },
  )
  .map((given) => ({ command: 'app', given }));
const featureOn = fc.constantFrom(...features);

/** Turning off one of the features that are on, at this place among them, as a fraction. */
interface TurnOff {
  place: number;
}

const change: fc.Arbitrary<Call | TurnOff> = fc.oneof(
  { arbitrary: featureOn, weight: 4 },
  { arbitrary: fc.record({ place: fraction }), weight: 3 },
  { arbitrary: appCall, weight: 1 },
);

/** What an owner does with a repo, from its first day. */
interface Life {
  backend: string;
  app: Call;
  first: Call[];
  edits: Edit[];
  changes: (Call | TurnOff)[];
}

const life: fc.Arbitrary<Life> = fc.record({
  backend: fc.constantFrom('fastapi', 'node'),
  app: appCall,
  first: fc.array(featureOn, { maxLength: 3 }),
  edits: ownersEdits,
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
});

function isOn(folder: string, { command, name }: Call): boolean {
  const { features = {}, domain } = storedAnswers(folder);
  if (command === 'https') return domain !== '';
  const stored = features[command as keyof typeof features] as Record<string, unknown> | undefined;
  return stored !== undefined && (name === undefined || name in stored);
}

/** The call that makes a change; `undefined` where nothing is on that could be turned off. */
function callFor(folder: string, asked: Call | TurnOff): Call | undefined {
  if (!('place' in asked)) return asked;
  const on = features.filter((call) => isOn(folder, call));
  const { command, name } = on[Math.floor(asked.place * on.length)] ?? {};
  return command === undefined ? undefined : { command, off: true, ...(name !== undefined && { name }) };
}

function generated(answers: SomeAnswers): Tree {
  return new Map([...render(answers as Answers)].map(([path, { content }]) => [path, String(content)]));
}

/** Without what the generator keeps for itself. */
function contentOf(folder: string): Tree {
  return new Map([...tree(folder)].filter(([path]) => path !== answersFile && path !== lockFile));
}

/** The paths that features add or change: there the owner's edits meet those of the templates. */
function contestedIn(folder: string): Set<string> {
  const plain = generated({ ...storedAnswers(folder), features: {}, domain: '' });
  const paths = [...contentOf(folder)].filter(([path, text]) => plain.get(path) !== text);
  return new Set(paths.map(([path]) => path));
}

/** The blocks that the owner has copied and that a refused change wants taken out first. */
function copiesInTheWay(error: unknown): string[] {
  if (!(error instanceof Problem) || error.code !== 'VIB049') throw error;
  return error.text.what.match(/environments\.\w+\.\w+/g) ?? [];
}

/** What was written once, on the first day, and is its owner's since. */
function starterApp(files: Tree): Tree {
  return new Map([...files].filter(([path]) => isSeed(path, {})));
}

/** Makes one change and asserts what must hold of every one. @returns whether it left a conflict */
async function assertChangeKeeps(folder: string, call: Call): Promise<boolean> {
  const base = generated(storedAnswers(folder));
  const ours = contentOf(folder);
  const code = await generate(folder, call).catch(copiesInTheWay);
  if (typeof code !== 'number') {
    assert.deepEqual(contentOf(folder), ours, 'a refusal changed something');
    takeOut(folder, code);
    commit(folder);
    return assertChangeKeeps(folder, call);
  }
  const result = contentOf(folder);
  assertKept(base, ours, result);
  assert.deepEqual(starterApp(result), starterApp(ours), "the owner's code in backend/ changed");
  commit(folder);
  const again = generate(folder, { command: 'upgrade' });
  if ([...result.values()].some((text) => /^<<<<<<< yours\r?$/m.test(text)))
    await assert.rejects(again, /VIB037/);
  else assert.equal(await again, 0);
  assert.deepEqual(contentOf(folder), result, 'running again changed something');
  if (code === 0) assertJson(result);
  return code !== 0;
}

/** Results without a conflict, to be type-checked and synthesised: name of the folder → how it came about. */
const worthwhile = new Map<string, string>();

/** Lives the life in a new folder. @returns whether all changes were made without a conflict, and a feature's among them */
async function livedInPeace(folder: string, { backend, app, first, edits, changes }: Life): Promise<boolean> {
  await generate(folder, { ...app, given: { ...app.given, backend, name: 'shop' } });
  for (const call of first) assert.equal(await generate(folder, call), 0);
  commit(folder);
  edit(folder, edits, [...contentOf(folder).keys()], contestedIn(folder));
  commit(folder);
  let ofFeatures = false;
  for (const asked of changes) {
    const call = callFor(folder, asked);
    if (call === undefined) continue;
    if (await assertChangeKeeps(folder, call)) return false;
    ofFeatures ||= call.command !== 'app';
  }
  return ofFeatures;
}

describe("any change of features and answers, after any edits of the owner's", { concurrency: 1 }, () => {
  const home = scratch();

  it('loses no edit, brings nothing back, is done the first time, and leaves JSON valid', async () => {
    let count = 0;
    const property = async (one: Life): Promise<void> => {
      const name = `repo-${count++}`;
      const peaceful = await livedInPeace(join(home, name), one);
      const hasCode = one.edits.some(({ kind }) => kind === 'code');
      if (peaceful && hasCode && worthwhile.size < synthRuns) worthwhile.set(name, fc.stringify(one));
    };
    await fc.assert(fc.asyncProperty(life, property), { numRuns: runs, seed, endOnFailure: true });
  });

  it('leaves infrastructure that type-checks and synthesises wherever there was no conflict', async () => {
    const names = [...worthwhile.keys()];
    assert.ok(names.length > 0, `no run without a conflict; seed ${seed}`);
    for (const name of names) linkModules(join(home, name));
    const found = [typecheckAll(home, names), await synthAll(home, names)];
    for (const [name, how] of worthwhile) {
      const problems = found.flatMap((findings) => findings.get(name) ?? []);
      assert.equal(problems.join('\n'), '', `seed ${seed}: ${how}`);
      assertInTemplates(join(home, name), `seed ${seed}: ${how}`);
    }
  });
});

/** Asserts that the tags and outputs that the owner added are in the templates. */
function assertInTemplates(folder: string, how: string): void {
  const out = join(folder, 'infra/cdk.out');
  const names = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  const templates = names.map((name) => readFileSync(join(out, name), 'utf8')).join();
  const always = ['bin/app.ts', 'lib/stacks/foundation-stack.ts', 'lib/stacks/service-stack.ts'];
  for (const path of always)
    for (const [, id] of readFileSync(join(folder, 'infra', path), 'utf8').matchAll(
      /(?:Output\(this|of\(app\)\.add\()(?:, )?'(owners[^']+)'/gi,
    ))
      assert.ok(templates.includes(`"${id}"`), `${id} of ${path} is in no template; ${how}`);
}
