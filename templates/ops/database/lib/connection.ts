import { DeleteParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { withLaidOut } from './laid-out.ts';
import { parameterName, putSecret, readSecrets } from './parameters.ts';
import { Problem } from './problem.ts';
import { readHidden } from './prompt.ts';
import type { Target } from './target.ts';
import { cliFlags } from './tasks.ts';

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

/** @throws Problem, without anything of the text in it, where it is no address of a database */
export function parseConnection(text: string): Connection {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  const database = decodeURIComponent(url?.pathname.slice(1) ?? '');
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname || !url.password || !database)
    throw new Problem({
      what: 'That is no address of a PostgreSQL database.',
      why: 'It is not shown here, because it has a password in it.',
      fix: 'It has to look like postgresql://user:password@host:5432/name',
    });
  return {
    host: url.hostname,
    port: url.port || '5432',
    database,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    // Whoever sells databases asks for TLS; few of them have certificates that anybody could check.
    sslmode: url.searchParams.get('sslmode') ?? 'require',
  };
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
