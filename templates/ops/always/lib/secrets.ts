import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { call } from './called.ts';
import { secretTaken } from './given.ts';
import { print, say, step } from './output.ts';
import { parameterName, placeholder, putSecret, putSecrets, readSecrets } from './parameters.ts';
import { Problem } from './problem.ts';
import { askYesNo, readHidden } from './prompt.ts';
import { restartServices } from './restart.ts';
import { deployedTag } from './services.ts';
import { environmentOf, readSettings } from './settings.ts';
import { addToSettings } from './settings-file.ts';
import { columns } from './table.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { refusalOf, refusals, type Sorted } from './triage.ts';
import { type Decisions, giversOf, readSorted, refuse } from './variables-file.ts';

export interface PushOptions extends TargetOptions, Decisions {
  /** Replace the running tasks when values have changed. */
  redeploy?: boolean;
}

/** Puts the variables of an environment file where they belong: see triage. */
export async function pushSecrets(file: string, options: PushOptions): Promise<void> {
  const { values, sorted } = readSorted(file, options);
  print(columns(sorted.map(({ name, destination, reason }) => [name, destination, reason])));
  refuse(file, refusals(sorted, values));
  const names = namesOf(sorted, 'secret');
  const what = () => `sets ${names.length} secrets, and what belongs into infra/settings.json`;
  await operate(options, { what, changes: true }, async (target) => {
    const { added, changed } = await compare(target, names, values);
    const same = names.length - added.length - changed.length;
    step(`${added.length} new, ${changed.length} changed, ${same} as they were`);
    await write(target, new Map([...added, ...changed].map((name) => [name, values.get(name) ?? ''])));
    const plain = namesOf(sorted, 'plain').map((name) => [name, values.get(name) ?? ''] as const);
    const declared = declare(target, names, new Map(plain));
    await bringToTasks(target, { declared, changed: changed.length > 0 }, options);
  });
}

async function write(target: Target, values: ReadonlyMap<string, string>): Promise<void> {
  let written = 0;
  await putSecrets(target, values, () => {
    written += 1;
    if (written % 25 === 0) step(`${written} of ${values.size}`);
  });
}

/** Sets one secret, asked for or from standard input. */
export async function setSecret(name: string, options: PushOptions): Promise<void> {
  if (name === 'DATABASE_PASSWORD')
    throw new Problem({
      what: 'DATABASE_PASSWORD is not set this way.',
      why: 'The database has to get the new password as well.',
      fix: `${call} db rotate-password --env ${options.env}`,
    });
  refuse('It', [
    ...refusalOf(name, '-'),
    ...secretTaken(name, giversOf(environmentOf(readSettings(), options.env))),
  ]);
  await operate(options, { what: () => `sets the secret ${name}`, changes: true }, async (target) => {
    const value = await readHidden(name);
    refuse('It', refusalOf(name, value));
    const { changed, added } = await compare(target, [name], new Map([[name, value]]));
    if (changed.length + added.length === 0) step(`${name} is as it was`);
    else {
      await putSecret(target, name, value);
      step(`set ${parameterName(target.environment, name)}`);
    }
    const declared = declare(target, [name], new Map());
    await bringToTasks(target, { declared, changed: changed.length > 0 }, options);
  });
}

/** Shows what there is, without values: of the settings, and of the Parameter Store. */
export async function listSecrets(options: TargetOptions): Promise<void> {
  await operate(options, { what: () => 'lists the secrets', changes: false }, async (target) => {
    const { secretNames } = target.environment;
    const stored = await storedSecrets(target);
    const values = await readSecrets(target, secretNames);
    const names = [...new Set([...secretNames, ...stored.keys()])].sort();
    const rows = names.map((name) => {
      const state = !stored.has(name) ? 'missing' : values.get(name) === placeholder ? placeholder : 'set';
      return [
        name,
        secretNames.includes(name) ? state : 'not in infra/settings.json',
        stored.get(name) ?? '',
      ];
    });
    print(columns(rows) || 'There are none.');
  });
}

/** Names below the path of the environment, with when they were last changed. */
async function storedSecrets({ client, environment }: Target): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const path = parameterName(environment, '');
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const page = await client(SSMClient).send(
      new GetParametersByPathCommand({ Path: path, WithDecryption: false, NextToken: token }),
    );
    for (const { Name = '', LastModifiedDate } of page.Parameters ?? [])
      found.set(
        Name.slice(path.length),
        LastModifiedDate?.toISOString().slice(0, 16).replace('T', ' ') ?? '',
      );
    token = page.NextToken;
  }
  return found;
}

/**
 * Compares an environment file with the Parameter Store, by name.
 * @returns whether they are the same
 */
export async function diffSecrets(file: string, options: PushOptions): Promise<boolean> {
  const { values, sorted } = readSorted(file, options);
  return operate(
    options,
    { what: () => `compares the secrets with ${file}`, changes: false },
    async (target) => {
      const names = namesOf(sorted, 'secret');
      const { added, changed } = await compare(target, names, values);
      const stored = await storedSecrets(target);
      const others = [...stored.keys()].filter((name) => !values.has(name) && name !== 'DATABASE_PASSWORD');
      const rows = [
        ...added.map((name) => [name, 'only in the file']),
        ...changed.map((name) => [name, 'other value']),
        ...others.sort().map((name) => [name, 'only in the Parameter Store']),
      ];
      print(columns(rows) || 'They are the same.');
      return rows.length === 0;
    },
  );
}

function namesOf(sorted: readonly Sorted[], wanted: Sorted['destination']): string[] {
  return sorted.filter(({ destination }) => destination === wanted).map(({ name }) => name);
}

async function compare(
  target: Target,
  names: readonly string[],
  values: ReadonlyMap<string, string>,
): Promise<{ added: string[]; changed: string[] }> {
  const stored = await readSecrets(target, names);
  return {
    added: names.filter((name) => !stored.has(name)),
    changed: names.filter((name) => stored.has(name) && stored.get(name) !== values.get(name)),
  };
}

/** Tells infra/ of new names. @returns whether there were any */
function declare(
  { environment }: Target,
  secrets: readonly string[],
  variables: ReadonlyMap<string, string>,
): boolean {
  const { changed, toSecrets, toVariables } = addToSettings(environment.name, { secrets, variables });
  if (changed) step('infra/settings.json has the new names');
  if (toSecrets.length > 0)
    say(
      `No longer in its "variables": ${toSecrets.join(', ')}. Their old values stay in the history of git: where one ` +
        'was a secret, get a new one where it comes from, and set that.',
    );
  if (toVariables.length > 0)
    say(
      `No longer in its "secrets": ${toVariables.join(', ')}. Everybody who reads the repo may know them now. Once that is ` +
        'deployed, remove what is left of them in the Parameter Store: docs/runbooks/secrets.md',
    );
  return changed;
}

interface News {
  /** infra/settings.json has changed. */
  declared: boolean;
  /** Tasks that run have old values. */
  changed: boolean;
}

async function bringToTasks(
  target: Target,
  { declared, changed }: News,
  options: PushOptions,
): Promise<void> {
  const { name } = target.environment;
  // Before the first deployment there is nothing to replace.
  if (!declared && (await deployedTag(target)) === undefined) return;
  if (declared)
    say(
      `The tasks get new names with a deployment${options.redeploy ? ', for which --redeploy is not enough' : ''}. ` +
        `Commit infra/settings.json, then: ${call} deploy --env ${name}`,
    );
  else if (
    changed &&
    (options.redeploy || (await askYesNo('Replace the running tasks, which have the old values?')))
  )
    await restartServices(target);
  else if (changed)
    say(`The running tasks keep the old values until they are replaced: ${call} restart --env ${name}`);
}
