import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { withLaidOut } from './laid-out.ts';
import { parameterName, putSecret, readSecrets } from './parameters.ts';
import { Problem } from './problem.ts';
import { readHidden } from './prompt.ts';
import { cliFlags, type Target } from './target.ts';

/** How to reach a PostgreSQL server. */
export interface Connection {
  host: string;
  port: string;
  database: string;
  user: string;
  password: string;
  sslmode: string;
}

/** Where the password of the source lies while a task needs it; infra/ lets that task read it. */
const sourcePassword = 'ops/SOURCE_DATABASE_PASSWORD';

/** What libpq knows. */
const sslmodes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** @throws Problem, without anything of the text in it, where it is no address of a database */
export function parseConnection(text: string): Connection {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const database = decoded(url?.pathname.slice(1) ?? '');
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || !url.password || !database)
    throw new Problem({
      what: 'That is no address of a PostgreSQL database.',
      why: 'It is not shown here, because it has a password in it.',
      fix: 'It has to look like postgresql://user:password@host:5432/name',
    });
  return {
    // libpq takes an IPv6 address without the brackets that it has in a URL.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port || '5432',
    database,
    user: decoded(url.username),
    password: decoded(url.password),
    sslmode: sslmodeOf(url),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Problem({
      what: 'A % in the address of the database stands for nothing.',
      why: 'In an address it begins a character that is written as a number. It is not shown here, because it has a password in it.',
      fix: 'Write %25 for a % in the name, the user or the password.',
    });
  }
}

function sslmodeOf({ searchParams }: URL): string {
  // Whoever sells databases asks for TLS; few of them have certificates that anybody could check.
  const mode = searchParams.get('sslmode') ?? 'require';
  // So node-postgres calls it, on Heroku for example.
  if (mode === 'no-verify') return 'require';
  if (sslmodes.includes(mode)) return mode;
  throw new Problem({
    what: 'The sslmode in the address of the database is none.',
    why: 'PostgreSQL does not know it.',
    fix: `Write one of ${sslmodes.join(', ')}; or leave it out, which is require.`,
  });
}

/**
 * The database that data comes from, by the name of the variable that holds its address: of the surroundings, else of
 * the Parameter Store, else asked for.
 */
export async function sourceConnection(target: Target, name: string): Promise<Connection> {
  const address =
    process.env[name] ??
    (await readSecrets(target, [name])).get(name) ??
    (await readHidden(`Address of ${name}`));
  return parseConnection(address);
}

/** @throws Problem, without showing it, where it is an address itself: arguments can be read by everybody */
export function requireName(name: string): void {
  if (/^[A-Z][A-Z0-9_]*$/.test(name)) return;
  throw new Problem({
    what: 'The source has to be the name of a variable.',
    why: 'An address has a password in it, and everybody on this machine can read arguments.',
    fix: 'Say OLD_DATABASE_URL, and type the address when you are asked; or export it before.',
  });
}

/** Lets a task read the password of the source for as long as `work` takes. @returns what `work` does */
export async function withSource<T>(
  target: Target,
  { password }: Connection,
  work: (secret: string) => Promise<T>,
): Promise<T> {
  const { environment, client } = target;
  const Name = parameterName(environment, sourcePassword);
  return withLaidOut(() => work(Name), {
    lay: () => putSecret(target, sourcePassword, password),
    take: () => client(SSMClient).send(new DeleteParameterCommand({ Name })),
    isNeeded: ({ running }) => !running,
    stays: `The password of the source stays where the task reads it. Once it has: aws ssm delete-parameter --name ${Name} ${cliFlags(environment)}`,
  });
}
