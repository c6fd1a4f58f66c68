import { type Answers, answerKeys, declarations, type SomeAnswers } from '../answers.ts';
import {
  acceptValue,
  choice,
  type Declaration,
  type Declarations,
  type Value,
  widened,
} from '../declaration.ts';
import type { Features } from '../features/all.ts';
import { httpsFollowsDomain } from '../features/https-follows.ts';
import { complete, type HowToComplete } from '../questions.ts';
import { regions } from '../regions.ts';
import { askedOfMigrate } from './asked.ts';
import { type Mapped, mapPlan, webCandidates } from './mapping.ts';
import type { MigrationPlan, Service } from './plan.ts';
import { titleOf } from './read-live.ts';
import type { SourceRepo } from './repo.ts';

/** Where the plan, the repo and the person's own words come together. */
export interface HowToAnswer extends HowToComplete {
  readonly stored: SomeAnswers;
  /** Answers given as flags or by a file, accepted. */
  readonly given: Readonly<Record<string, Value>>;
}

/** The question for the web service, with the services that there are. */
function webQuestion(candidates: readonly Service[]): Declaration {
  const names = candidates.map(({ name }) => name);
  return choice(names, {
    flag: 'service',
    code: 'VIB092',
    question: 'Which service is behind the load balancer?',
    decides: 'which image is built; the other ones are reported',
    initial: () => names[0] ?? '',
  });
}

async function webOf(plan: MigrationPlan, how: HowToAnswer): Promise<string | undefined> {
  const candidates = webCandidates(plan);
  const known = how.given.service ?? how.stored.migration?.service;
  if (candidates.length < 2 && how.given.service === undefined) return candidates[0]?.name;
  const isStored = candidates.some(({ name }) => name === known);
  const question = webQuestion(candidates);
  if (how.given.service !== undefined) return String(acceptValue(question, known));
  const { service } = await complete({ service: question }, isStored ? { service: known } : {}, how);
  return String(service);
}

/** Questions whose default the plan knows better. */
function informed({ sse, domain, migration }: Mapped, { region }: MigrationPlan): Declarations {
  const amd = migration.findings.some(({ id }) => id === 'docker-amd64');
  const better: Readonly<Record<string, Value | undefined>> = {
    sse,
    ...(domain !== '' && { domain }),
    ...(region !== undefined && Object.hasOwn(regions, region) && { region }),
    ...(amd && { architecture: 'x86_64' }),
  };
  const entries = askedOfMigrate.map((key): [string, Declaration] => {
    const declaration = widened(declarations)[key] as Declaration;
    const value = better[key];
    return [key, value === undefined ? declaration : { ...declaration, initial: () => value }];
  });
  return Object.fromEntries(entries);
}

/** The features of the plan, and what the owner has added since: workers, jobs and a cache that no plan had. */
function withOwn({ features = {}, migration }: SomeAnswers, planned: Mapped['features']): Features {
  const carried = new Set(migration?.carried);
  const own = <T>(all: Readonly<Record<string, T>> = {}) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !carried.has(name)));
  const { worker, cron, cache, ...others } = features;
  const workers = { ...own(worker), ...planned.worker };
  const jobs = { ...own(cron), ...planned.cron };
  const isOwnCache = cache !== undefined && migration?.cache === undefined;
  return {
    ...others,
    ...(Object.keys(workers).length > 0 && { worker: workers }),
    ...(Object.keys(jobs).length > 0 && { cron: jobs }),
    ...((isOwnCache || planned.cache) && { cache: {} }),
  };
}

/** What was asked about the plan itself, for docs/MIGRATION.md. */
function questionsOf(plan: MigrationPlan, web: string | undefined) {
  const several = webCandidates(plan).length > 1;
  return [
    { question: 'Where does the app run today?', answer: titleOf(plan.platform) },
    ...(several && web !== undefined
      ? [{ question: 'Which service is behind the load balancer?', answer: web }]
      : []),
  ];
}

/**
 * What a plan comes to as far as it is known before anything is asked: with the service behind the load balancer that
 * a flag or an earlier run names, else the first.
 * @throws Problem VIB092 for a service that is none of them.
 */
export async function draftOf(repo: SourceRepo, plan: MigrationPlan, how: HowToAnswer): Promise<Mapped> {
  const web = await webOf(plan, { ...how, yes: true });
  const name = String(how.given.name ?? how.stored.name ?? how.surroundings.directory);
  return mapPlan(repo, plan, { name, web, questions: [] });
}

/**
 * The answers that a plan comes to, and from which the AWS side is rendered beside the app. Asks what no file tells.
 * @throws Problem VIB003 where nobody can be asked, or the code of a refused answer.
 */
export async function answersFrom(repo: SourceRepo, plan: MigrationPlan, how: HowToAnswer): Promise<Answers> {
  const web = await webOf(plan, how);
  const questions = questionsOf(plan, web);
  const draft = mapPlan(repo, plan, { name: how.surroundings.directory, web, questions });
  const known = { ...how.stored, ...how.given };
  const values = await complete(informed(draft, plan), known, how);
  const { migration, database, features } = mapPlan(repo, plan, {
    name: String(values.name),
    web,
    domain: String(values.domain ?? ''),
    questions,
  });
  const all: Readonly<Record<string, Value | undefined>> = { ...values, backend: 'existing', database };
  // In the order in which every generator stores them.
  const inOrder = Object.fromEntries(answerKeys.map((key) => [key, all[key]]));
  const isStated = how.given.platform !== undefined || how.stored.migration?.stated === true;
  const answers = {
    ...inOrder,
    features: withOwn(how.stored, features),
    migration: { ...migration, ...(isStated && { stated: true }) },
  } as unknown as Answers;
  return httpsFollowsDomain(answers, how.stored.domain);
}
