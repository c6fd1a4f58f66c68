import { type Givers, givenBy } from './given.ts';
import { placeholder } from './parameters.ts';
import { isOpenSetting } from './secrecy.ts';
import { isSecretValue } from './secret-shapes.ts';

/** Where a variable of an environment file belongs. */
type Destination =
  /** A SecureString, which the tasks read when they start. */
  | 'secret'
  /** `variables` of the environment in infra/settings.json: everybody who reads the repo may know it. */
  | 'plain'
  /** The build of the front end puts it into what every visitor gets. */
  | 'build'
  /** Nowhere. */
  | 'left out';

export interface Sorted {
  readonly name: string;
  readonly destination: Destination;
  readonly reason: string;
}

/** What is known besides the file. */
export interface Surroundings extends Givers {
  /** Names that the owner has decided on, whatever they look like. */
  readonly plain: readonly string[];
  readonly secret: readonly string[];
  /** Names that the environment in infra/settings.json has among its secrets. */
  readonly declared?: readonly string[];
  /** Its `variables`, which everybody who reads the repo knows. */
  readonly variables?: Readonly<Record<string, string>>;
}

type Verdict = readonly [Destination, string];

/** What a shell has for itself: an export with printenv shows the values of the machine that it ran on. */
const ofShell = /^(PATH|HOME|HOSTNAME|TERM|PWD|OLDPWD|SHLVL|USER|LOGNAME|SHELL|LANG|LC_\w+|_)$/;

const keysOfAws = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE)$/;
const platforms = /^((HEROKU|RENDER|RAILWAY|FLY|VERCEL|DYNO)(_|$)|PRIMARY_REGION$)/;
const frontEnd = /^(NEXT_PUBLIC|VITE|REACT_APP|NUXT_PUBLIC|PUBLIC|GATSBY|EXPO_PUBLIC|STORYBOOK)_/;
/** Longest value that the Parameter Store takes, in bytes. */
const longest = 8192;

/** Says for each variable where it belongs, by its name and its value. In doubt it is a secret. */
export function triage(values: ReadonlyMap<string, string>, around: Surroundings): Sorted[] {
  return [...values].map(([name, value]) => {
    const [destination, reason] = verdictOn(name, value, around);
    return { name, destination, reason };
  });
}

function verdictOn(name: string, value: string, around: Surroundings): Verdict {
  const { database, plain, secret, declared, variables = {}, container } = around;
  const given = givenBy(name, around);
  if (given !== undefined) return ['left out', given];
  if (secret.includes(name)) return ['secret', 'you said so'];
  if (plain.includes(name)) return ['plain', 'you said so'];
  if (declared?.includes(name)) return ['secret', 'infra/settings.json has it among the secrets'];
  if (Object.hasOwn(variables, name) && (variables[name] === value || !isSecretValue(value)))
    return ['plain', 'infra/settings.json has it among the variables'];
  if (container?.includes(name)) return ['left out', 'container in infra/settings.json has it'];
  if (ofShell.test(name)) return ['left out', 'of the shell that wrote the file'];
  if (keysOfAws.test(name)) return ['left out', 'the tasks have a role instead of keys'];
  if (platforms.test(name)) return ['left out', 'the platform before AWS has set it'];
  if (frontEnd.test(name)) return ['build', 'set it where the front end is built'];
  if (database && /^postgres(ql)?:/.test(value))
    return ['left out', `it leads to another database; --secret ${name} where that is meant`];
  if (isSecretValue(value)) return ['secret', 'its value looks like one'];
  if (isOpenSetting(name, value)) return ['plain', 'everybody may know it'];
  return ['secret', 'not known to be harmless'];
}

/** What keeps variables from going where they belong, a sentence each, without any value. */
export function refusals(sorted: readonly Sorted[], values: ReadonlyMap<string, string>): string[] {
  return sorted
    .filter(({ destination }) => destination === 'secret' || destination === 'plain')
    .flatMap(({ name, destination }) => refusalOf(name, values.get(name) ?? '', destination));
}

/** What is wrong with a name or a value. */
export function refusalOf(name: string, value: string, destination: Destination = 'secret'): string[] {
  if (!/^[A-Za-z_]\w*$/.test(name)) return [`${name} is no name of letters, digits and _.`];
  if (value === '') return [`${name} is empty, and the Parameter Store takes no empty value.`];
  if (destination === 'secret' && /\{\{.*\}\}/s.test(value))
    return [`${name} has {{…}} in it, which the Parameter Store takes for a reference.`];
  if (value === placeholder) return [`${name} still is ${placeholder}.`];
  const size = Buffer.byteLength(value);
  if (size > longest) return [`${name} has ${size} bytes; the Parameter Store takes ${longest}.`];
  return [];
}
