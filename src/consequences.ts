import { type AnswerKey, type Answers, declarations, type SomeAnswers } from './answers.ts';
import { called, program } from './called.ts';
import { costsOf } from './costs.ts';
import type { Ending } from './ending.ts';
import { environmentsOf } from './environments.ts';
import { allFeatures } from './features/all.ts';
import { unknownAccount } from './names.ts';
import { opsCall } from './ops-call.ts';
import { Problem } from './problem.ts';
import { isSeed, render } from './render.ts';

/** Answers that are part of the ids of things that hold data: with another value AWS makes new, empty ones. */
const identities: readonly AnswerKey[] = ['name', 'region', 'devAccount', 'prodAccount'];

/** A value that would change: what it is called, and what it was and would be. */
type Changed = [what: string, was: string | undefined, is: string | undefined];

/** Accounts of further environments that are there before and after. */
function furtherAccounts(before: SomeAnswers, after: Answers): Changed[] {
  const kept = Object.entries(after.features.environment ?? {});
  return kept.map(([name, { account }]) => [
    `environment ${name} --account`,
    before.features?.environment?.[name]?.account,
    account,
  ]);
}

function changedIdentity(before: SomeAnswers, after: Answers): Changed | undefined {
  const own = identities.map(
    (key): Changed => [declarations[key].flag, before[key] as string, after[key] as string],
  );
  return [...own, ...furtherAccounts(before, after)].find(
    ([, was, is]) => ![undefined, unknownAccount, is].includes(was),
  );
}

/** Names of the environments that have an account, without which nothing of them can be in AWS. */
const knownEnvironments = (answers: Answers): string[] =>
  environmentsOf(answers).flatMap(({ name, account }) => (account === unknownAccount ? [] : [name]));

/** @throws Problem VIB019 where the starter app would be one in another language: the code in backend/ is its owner's */
export function assertSameBackend({ backend: was, migration }: SomeAnswers, { backend: is }: Answers): void {
  if (was === undefined || was === is || migration) return;
  throw new Problem('VIB019', {
    what: `The backend cannot become '${is}'; it is '${was}'.`,
    why: 'The code in backend/ is yours by now, and nothing takes its place.',
    fix: `Write another repo beside this one, and take over from it what you need: ${program()} ../other --backend ${is}`,
  });
}

/** @throws Problem VIB046 where a domain would become another one under a certificate that is in use */
function assertSameDomain(before: SomeAnswers, after: Answers): void {
  const { domain: was = '' } = before;
  if ([was, after.domain].includes('') || was === after.domain) return;
  if (knownEnvironments({ ...after, ...before } as Answers).length === 0) return;
  throw new Problem('VIB046', {
    what: `The domain would change from '${was}' to '${after.domain}'.`,
    why: 'The load balancer uses the certificate of the old one, so AWS refuses to exchange it, and no deployment would go through.',
    fix: `By way of HTTP: ${called('https --off')}, commit, deploy every environment; then ${called(`https --domain ${after.domain}`)}. If nothing has been deployed yet, give --force, which overwrites no file of yours.`,
  });
}

/**
 * Refuses a change that AWS cannot follow, or that would leave the data behind: a database or a bucket under a
 * changed id is a new one.
 * @throws Problem VIB045 or VIB046, unless `force` says that nothing has been deployed yet.
 */
export function assertSameIdentity(before: SomeAnswers, after: Answers, force: boolean): void {
  if (force) return;
  assertSameDomain(before, after);
  const changed = changedIdentity(before, after);
  if (changed === undefined) return;
  const [what, was, is] = changed;
  throw new Problem('VIB045', {
    what: `'${what}' would change from '${was}' to '${is}'.`,
    why: 'It is part of the ids of the database, the buckets and the stacks: AWS would make new, empty ones, and the old ones would stay behind with the data.',
    fix: 'If nothing has been deployed yet, give --force, which overwrites no file of yours. Else write a second repo under the new value and move the data: docs/runbooks/.',
  });
}

const isOn = ({ features }: SomeAnswers, id: string): boolean => features !== undefined && id in features;

const zones = ({ features }: SomeAnswers): string =>
  [features?.https?.zone, features?.https?.devZone].map((zone) => zone ?? '').join();

/** Names of what there is before and not after. */
function removed(feature: 'environment' | 'worker' | 'cron', before: SomeAnswers, after: Answers): string[] {
  const left = after.features[feature] ?? {};
  return Object.keys(before.features?.[feature] ?? {}).filter((name) => !(name in left));
}

/** Names of the workers that are there before and after, with another command. */
function changedWorkers({ features }: SomeAnswers, after: Answers): string[] {
  const is = Object.entries(after.features.worker ?? {});
  return is.flatMap(([name, { command }]) => {
    const was = features?.worker?.[name]?.command;
    return was === undefined || was === command ? [] : [name];
  });
}

function taskLosses(before: SomeAnswers, after: Answers): string[] {
  return [
    ...removed('worker', before, after).map(
      (name) => `The service ${after.name}-dev-${name} is stopped and deleted, and so in every environment.`,
    ),
    ...changedWorkers(before, after).map(
      (name) => `The tasks of ${after.name}-dev-${name} are replaced, and so in every environment.`,
    ),
    ...removed('cron', before, after).map(
      (name) => `The schedule of ${name} is deleted; a run that has begun goes on to its end.`,
    ),
  ];
}

function environmentLosses(before: SomeAnswers, after: Answers): string[] {
  return removed('environment', before, after).map(
    (name) =>
      `The environment ${name} is no longer part of the repo, and no command of it reaches it any more. Its stacks stay in AWS, and on the bill, unless you have removed them before: ${opsCall(before as Answers)} teardown --env ${name} --empty-buckets`,
  );
}

/** Files of the starter app, but for its tests: path → content. */
function starterApp(answers: Answers): Map<string, string> {
  const files = [...render(answers)].map(([path, { content }]) => [path, String(content)] as const);
  return new Map(files.filter(([path]) => isSeed(path, answers) && !/^backend\/tests?\//.test(path)));
}

/** What is left to do by hand in the app, whose code is its owner's, where it has to be made for other answers. */
function byHand(before: SomeAnswers, after: Answers): string[] {
  const flagOf = (key: 'sse' | 'database'): string => ` --${after[key] ? '' : 'no-'}${key}`;
  if ((before.sse === after.sse && before.database === after.database) || after.migration) return [];
  const [was, is] = [starterApp({ ...after, ...before } as Answers), starterApp(after)];
  const gone = [...was.keys()].filter((path) => !is.has(path));
  const added = [...is.keys()].filter((path) => !was.has(path));
  const changed = [...is].filter(([path, text]) => (was.get(path) ?? text) !== text).map(([path]) => path);
  const parts = [
    gone.length > 0 && `has no ${gone.join(', ')}`,
    added.length > 0 && `has ${added.join(', ')} besides`,
    changed.length > 0 && `differs in ${changed.join(', ')}`,
  ];
  const flags = `--backend ${after.backend}${flagOf('sse')}${flagOf('database')}`;
  return [
    `The code in backend/ is yours and stays as it is: adapt it by hand before you deploy. The starter app for these answers ${parts.filter(Boolean).join(', ')}; to compare with it, write it beside this repo: ${program()} ../${after.name}-example ${flags}`,
  ];
}

/** What is lost beside the features that are turned off. */
function otherLosses(before: SomeAnswers, after: Answers): string[] {
  const lost: [boolean, string][] = [
    [
      before.database === true && !after.database,
      'The database is no longer part of the repo. Its stacks (data, release) stay in AWS until you destroy them; prod is protected.',
    ],
    [
      ![before.domain ?? '', after.domain].includes('') && before.domain !== after.domain,
      `The zone and the certificate of ${before.domain} are no longer part of the repo; clients of that address are cut off.`,
    ],
    [
      before.domain !== '' && before.domain === after.domain && zones(before) !== zones(after),
      'A certificate moves to another zone, which AWS refuses while the load balancer uses it: docs/runbooks/domain-and-https.md.',
    ],
    [
      before.architecture !== undefined && before.architecture !== after.architecture,
      `Images built for ${before.architecture} do not run on ${after.architecture}: build anew before you deploy; the way back to older images is closed.`,
    ],
  ];
  const sentences = lost.filter(([applies]) => applies).map(([, sentence]) => sentence);
  return [...sentences, ...taskLosses(before, after), ...environmentLosses(before, after)];
}

/** What the features leave that are turned off, where it can have been deployed. */
function endings(before: SomeAnswers, after: Answers): Ending[] {
  const ended = allFeatures.filter(({ id }) => isOn(before, id) && !isOn(after, id));
  const left = ended.flatMap((feature) => feature.ending?.(before as Answers) ?? []);
  const deployed = knownEnvironments(before as Answers);
  return left.map(({ sentence, cleanUp = [] }) => ({
    sentence,
    cleanUp: cleanUp.filter(({ environment }) => deployed.includes(environment)),
  }));
}

/**
 * What the next deployment will replace or take away in AWS, or leave there, and what is left to do by hand in the app;
 * empty for nothing.
 */
export function losses(before: SomeAnswers, after: Answers): Ending[] {
  const others = [...otherLosses(before, after), ...byHand(before, after)].map((sentence) => ({ sentence }));
  return [...endings(before, after), ...others];
}

/** What should be known of the features, whatever has changed. */
export const featureWarnings = (answers: Answers): string[] =>
  allFeatures.flatMap((feature) => feature.warnings?.(answers) ?? []);

/** How the monthly estimate of each environment changes, such as `prod +10.00`; empty where it does not. */
export function costChange(before: Answers, after: Answers): string[] {
  const totals = [before, after].map(
    (answers) => new Map(costsOf(answers).map(({ name, total }) => [name, total])),
  );
  const names = new Set(totals.flatMap((one) => [...one.keys()]));
  return [...names].flatMap((name) => {
    const [was = 0, is = 0] = totals.map((one) => one.get(name));
    const difference = Math.round((is - was) * 100) / 100;
    return difference === 0
      ? []
      : [`${name} ${difference > 0 ? '+' : '−'}${Math.abs(difference).toFixed(2)}`];
  });
}
