import { warning } from './findings.ts';
import type { Database, Evidence, Finding, Variable, VariableSource } from './plan.ts';
import { isSecretValue } from './secret-shapes.ts';
import {
  databaseKindOf,
  databaseNamed,
  isBuildName,
  isFrontEndName,
  isSecretName,
} from './variables-names.ts';
import { platformVariable } from './variables-platform.ts';

/** A variable as a platform's file or an environment file sets it. */
export interface Setting {
  readonly name: string;
  /** `undefined` where the value stands elsewhere, as in the platform's dashboard. */
  readonly value: string | undefined;
  readonly evidence: readonly Evidence[];
  readonly group?: string;
}

/** What is known around a variable. */
export interface Surrounds {
  readonly databases: readonly Database[];
  /** Of a static site, for which every variable is one of the build. */
  readonly isStatic?: boolean;
  /** Whether the file belongs to the repo, so that whoever has the repo has what stands in it. Default: yes. */
  readonly isPublished?: boolean;
}

/** A variable with its place in the new home. */
export interface Sorted {
  readonly variable: Variable;
  readonly findings: readonly Finding[];
}

type Reasoned = readonly [source: VariableSource, reason: string];

/** Names that the task sets for every service. */
const setByTask = new Map([
  ['PORT', 'The task sets PORT to the port that the load balancer asks.'],
  ['HEROKU_DEBUG', 'It means something on Heroku only.'],
]);

const hosts =
  /(?<![\w-])[\w-]{1,63}\.(onrender\.com|herokuapp\.com|up\.railway\.app|railway\.internal|fly\.dev|flycast)\b/;

/** Databases that somebody else runs, and that go on. */
const external =
  /@[\w.-]*\.(neon\.tech|supabase\.(co|com)|upstash\.io|aivencloud\.com|cockroachlabs\.cloud|psdb\.cloud|redns\.redis-cloud\.com|redislabs\.com|rds\.amazonaws\.com|azure\.com)\b/i;

function composed({ name, value }: Setting, { databases }: Surrounds): Reasoned | undefined {
  if (value !== undefined && external.test(value)) return undefined;
  const named = databaseNamed(name);
  const kind = value === undefined ? named?.kind : (databaseKindOf(value) ?? (value === '' && named?.kind));
  const database = databases.find((one) => one.kind === kind);
  if (database === undefined || (kind !== 'postgres' && kind !== 'redis')) return undefined;
  const property = value ? 'url' : (named?.property ?? 'url');
  return [
    { kind: 'database', database: database.name, property },
    `The task composes it from the address of ${database.name}.`,
  ];
}

/** The parts of an address that a variable names: `PGHOST`, with a value that will be another one. */
function part({ name }: Setting, { databases }: Surrounds): Reasoned | undefined {
  const named = databaseNamed(name);
  const database = databases.find(({ kind }) => kind === named?.kind);
  if (named === undefined || named.property === 'url' || database === undefined) return undefined;
  return [
    { kind: 'database', database: database.name, property: named.property },
    `The task takes it from ${database.name}.`,
  ];
}

/** Whether a value is no secret whatever the name says: a number or a switch. */
const isHarmless = (name: string, value: string): boolean =>
  /^(\d{1,6}|true|false|yes|no|on|off)$/i.test(value) && !/(PASSWORD|PASS|PWD|PIN)$/i.test(name);

function sourceOf(setting: Setting, around: Surrounds): Reasoned {
  const { name, value } = setting;
  const hidden = value === undefined || isSecretValue(value);
  const reason = setByTask.get(name);
  if (reason !== undefined) return [{ kind: 'dropped', reason }, reason];
  if (isBuildName(name) && !(value !== undefined && hidden))
    return [{ kind: 'build', value }, 'Only the build of the image reads it.'];
  const platform = platformVariable(name, true);
  if (platform)
    return [
      platform.source ?? { kind: 'dropped', reason: `On that platform it says ${platform.says}.` },
      `The platform sets it: ${platform.says}.`,
    ];
  if (isFrontEndName(name) || around.isStatic === true)
    return [
      { kind: 'front-end', value: hidden ? undefined : value },
      "The front end's build puts it into what everybody can read.",
    ];
  const address = composed(setting, around) ?? part(setting, around);
  if (address) return address;
  if (value === undefined) return [{ kind: 'secret' }, 'Its value stands outside of the repo.'];
  if (hidden) return [{ kind: 'secret' }, 'Its value looks like a secret.'];
  if (isSecretName(name) && !isHarmless(name, value))
    return [{ kind: 'secret' }, 'Its name says that it is a secret.'];
  return [{ kind: 'plain', value }, 'A setting that everybody may know.'];
}

/** Whether a value is one that must not be shown, by itself or by its name. */
export const isSecretSetting = ({ name, value = '' }: Pick<Setting, 'name' | 'value'>): boolean =>
  isSecretValue(value) || (isSecretName(name) && value !== '' && !isHarmless(name, value));

function findingsAbout(setting: Setting, source: VariableSource, published: boolean): Finding[] {
  const { name, value, evidence } = setting;
  const findings: Finding[] = [];
  const file = evidence[0]?.file ?? '';
  const isSecret =
    source.kind === 'secret' ||
    (source.kind === 'database' && isSecretValue(value ?? '')) ||
    (source.kind === 'build' && isSecretSetting(setting));
  if (published && isSecret && value !== undefined && value !== '')
    findings.push(
      warning(
        'secret-in-repo',
        `The value of ${name} stands in ${file}.`,
        'Make a new one for AWS: whoever has the repo, or ever had it, knows this one.',
        evidence,
      ),
    );
  const host = value === undefined ? undefined : hosts.exec(value)?.[0];
  if (host !== undefined && ['plain', 'build', 'front-end'].includes(source.kind))
    findings.push(
      warning(
        'platform-host',
        `${name} holds the host name ${host}.`,
        'Put the new host name there before the switch; the old one ends with the old platform.',
        evidence,
      ),
    );
  if (/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/.test(name))
    findings.push(
      warning(
        'aws-keys',
        `${name} is a key of an AWS user.`,
        'On ECS the task has a role: leave the variable out and give the role what the user may do.',
        evidence,
      ),
    );
  return findings;
}

/** Sorts a variable by its name and its value. The value of a secret does not leave this function. */
export function sortVariable(setting: Setting, around: Surrounds): Sorted {
  const [source, reason] = sourceOf(setting, around);
  const { name, group, evidence } = setting;
  return {
    variable: { name, source, reason, ...(group !== undefined && { group }), evidence },
    findings: findingsAbout(setting, source, around.isPublished !== false),
  };
}

/** An argument that the platform's file gives to the build of the owner's Dockerfile. The value of a secret is left out. */
export function buildArgument(setting: Setting): Sorted {
  const { name, evidence } = setting;
  const source = { kind: 'build', value: isSecretSetting(setting) ? undefined : setting.value } as const;
  const reason = `An argument of the build in ${evidence[0]?.file}.`;
  return { variable: { name, source, reason, evidence }, findings: findingsAbout(setting, source, true) };
}

/** The variables of lists, each name once; an earlier list wins. */
export function mergedVariables(...lists: readonly (readonly Variable[])[]): Variable[] {
  const byName = new Map<string, Variable>();
  for (const variable of lists.flat()) if (!byName.has(variable.name)) byName.set(variable.name, variable);
  return [...byName.values()];
}
