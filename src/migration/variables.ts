import { isOpenSetting, isSecretSetting } from '../../templates/ops/always/lib/secrecy.ts';
import { isSecretValue } from '../../templates/ops/always/lib/secret-shapes.ts';
import { movesAlong } from './database-hosts.ts';
import { gap, warning } from './findings.ts';
import type { Database, Evidence, Finding, PlatformName, Variable, VariableSource } from './plan.ts';
import { databaseKindOf, databaseNamed, isBuildName, isFrontEndName } from './variables-names.ts';
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
  /**
   * Whether the file belongs to the repo, so that whoever has the repo has what stands in it. Default: yes. In any other
   * file the values are those the app runs with, and what is not harmless for certain is a secret.
   */
  readonly isPublished?: boolean;
  /** Whether the file is an example or a laptop's, so that names count and values do not. Default: no. */
  readonly isExample?: boolean;
  /** The platform that the file is of: its own databases move along. Default: any. */
  readonly platform?: PlatformName;
}

/** A variable with its place in the new home. */
export interface Sorted {
  readonly variable: Variable;
  readonly findings: readonly Finding[];
}

type Reasoned = readonly [source: VariableSource, reason: string];

/** What a shell has for itself. A PATH of the old platform would hide the programs of the image. */
const ofShell = new Set('PATH HOME TERM PWD OLDPWD SHLVL USER LOGNAME SHELL _'.split(' '));

/** Names that are set for every service, whatever a file says. */
const setAnyway = new Map([
  ...[...ofShell].map((name) => [name, 'The image sets it for its own shell.'] as const),
  ['PORT', 'The task sets PORT to the port that the load balancer asks.'],
  ['HEROKU_DEBUG', 'It means something on Heroku only.'],
]);

const hosts =
  /(?<![\w-])[\w-]{1,63}\.(onrender\.com|herokuapp\.com|up\.railway\.app|railway\.internal|fly\.dev|flycast)\b/;

/** Names under which Heroku hands over the databases that it runs for the app. */
const attached = /^(DATABASE_URL|HEROKU_(POSTGRESQL|REDIS)_\w+_URL|REDIS_(TLS_)?URL)$/;

/** Whether a value is the address of a database that is not the one which is moved. */
function isElsewhere({ name, value }: Setting, { platform, isExample }: Surrounds): boolean {
  const kind = databaseKindOf(value ?? '');
  if (value === undefined || (kind !== 'postgres' && kind !== 'redis')) return false;
  // An example shows no more than the shape of an address.
  const isOwn = isExample ? databaseNamed(name) !== undefined : platform === 'heroku' && attached.test(name);
  return !movesAlong(value, platform, isOwn);
}

function composed(setting: Setting, around: Surrounds): Reasoned | undefined {
  const { name, value } = setting;
  if (isElsewhere(setting, around))
    return [{ kind: 'secret' }, 'It leads to another database, which stays where it is.'];
  const named = databaseNamed(name);
  const kind = value ? databaseKindOf(value) : named?.kind;
  const database = around.databases.find((one) => one.kind === kind);
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

function sourceOf(setting: Setting, around: Surrounds): Reasoned {
  const { name, value } = setting;
  const hidden = value === undefined || isSecretValue(value);
  const reason = setAnyway.get(name);
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
  if (isSecretSetting(name, value)) return [{ kind: 'secret' }, 'Its name says that it is a secret.'];
  if (around.isPublished === false && !isOpenSetting(name, value))
    return [{ kind: 'secret' }, 'Nothing says for certain that everybody may know it.'];
  return [{ kind: 'plain', value }, 'A setting that everybody may know.'];
}

/** Whether the value of a setting must not be shown. */
const isHidden = ({ name, value = '' }: Setting): boolean => value !== '' && isSecretSetting(name, value);

function findingsAbout(setting: Setting, source: VariableSource, around: Surrounds): Finding[] {
  const published = around.isPublished !== false;
  const { name, value, evidence } = setting;
  const findings: Finding[] = [];
  const file = evidence[0]?.file ?? '';
  const isSecret =
    source.kind === 'secret' ||
    (source.kind === 'database' && isSecretValue(value ?? '')) ||
    (source.kind === 'build' && isHidden(setting));
  if (published && isSecret && value !== undefined && value !== '')
    findings.push(
      warning(
        'secret-in-repo',
        `The value of ${name} stands in ${file}.`,
        'Make a new one for AWS: whoever has the repo, or ever had it, knows this one.',
        evidence,
      ),
    );
  if (source.kind === 'secret' && isElsewhere(setting, around))
    findings.push(
      gap(
        'database-stays',
        `${name} leads to another database than those that move: it stays where it is.`,
        `Let that one admit the tasks, and give its address: npm --prefix ops run ops -- secrets set ${name} --env dev. If it is one of those that move after all, let the code read DATABASE_URL or REDIS_URL.`,
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
  if (ofShell.has(name) && source.kind === 'dropped')
    findings.push(
      warning(
        'variable-of-shell',
        `${name} is left out: the image sets it for its own shell.`,
        'What the app needs of it goes into an ENV of the Dockerfile, where it adds to what is there: ENV PATH=/app/bin:$PATH.',
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
    findings: findingsAbout(setting, source, around),
  };
}

const optional = 'The app runs without it, and no file has a value.';

/** A secret that the app runs without: the tasks would wait for a value that nobody may have. */
export const leftOptional = (variable: Variable): Variable => ({
  ...variable,
  source: { kind: 'dropped', reason: optional },
  reason: optional,
});

/** Whether a variable is left out because the app runs without it. */
export const isOptional = ({ source }: Variable): boolean =>
  source.kind === 'dropped' && source.reason === optional;

/** An argument that the platform's file gives to the build of the owner's Dockerfile. The value of a secret is left out. */
export function buildArgument(setting: Setting): Sorted {
  const { name, evidence } = setting;
  const source = { kind: 'build', value: isHidden(setting) ? undefined : setting.value } as const;
  const reason = `An argument of the build in ${evidence[0]?.file}.`;
  return {
    variable: { name, source, reason, evidence },
    findings: findingsAbout(setting, source, { databases: [] }),
  };
}

/** The variables of lists, each name once; an earlier list wins. */
export function mergedVariables(...lists: readonly (readonly Variable[])[]): Variable[] {
  const byName = new Map<string, Variable>();
  for (const variable of lists.flat()) if (!byName.has(variable.name)) byName.set(variable.name, variable);
  return [...byName.values()];
}
