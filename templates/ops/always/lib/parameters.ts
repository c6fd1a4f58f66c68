import {
  GetParametersCommand,
  ParameterAlreadyExists,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { Environment } from './settings.ts';
import type { Target } from './target.ts';

/** Stands for a value that is still to come: the Parameter Store takes no empty one. */
export const placeholder = 'CHANGE_ME';

/** Names that GetParameters takes at once. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const batch = 10;

/**
 * Values that are on their way at the same time. An account may write about three a second; beyond that SSM answers
 * with ThrottlingException, and the client's adaptive retries slow all of them down.
 */
const atOnce = 3;

/** Where a secret is kept in the Parameter Store. */
export function parameterName({ app, name }: Environment, secret: string): string {
  return `/${app}/${name}/${secret}`;
}

/** Values of secrets by their names; those that do not exist are missing in it. Not for output, logs or arguments. */
export async function readSecrets(
  { client, environment }: Target,
  names: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const path = parameterName(environment, '');
  for (let start = 0; start < names.length; start += batch) {
    const Names = names.slice(start, start + batch).map((name) => parameterName(environment, name));
    const { Parameters = [] } = await client(SSMClient).send(
      new GetParametersCommand({ Names, WithDecryption: true }),
    );
    for (const { Name = '', Value = '' } of Parameters) found.set(Name.slice(path.length), Value);
  }
  return found;
}

/** Which of these secrets a task cannot start with: there is none, or it still is the placeholder. */
export async function unsetSecrets(
  target: Target,
  names: readonly string[],
): Promise<{ missing: string[]; placeholders: string[] }> {
  const values = await readSecrets(target, names);
  return {
    missing: names.filter((name) => !values.has(name)),
    placeholders: names.filter((name) => values.get(name) === placeholder),
  };
}

/** Whether there is such a secret, whatever its value. */
export async function secretExists(target: Target, name: string): Promise<boolean> {
  return (await readSecrets(target, [name])).has(name);
}

/** Writes a SecureString over whatever is there. */
export async function putSecret(target: Target, name: string, value: string): Promise<void> {
  await put(target, name, value, true);
}

/** Writes a SecureString where there is none. @returns whether there was none */
export async function putNewSecret(target: Target, name: string, value: string): Promise<boolean> {
  try {
    await put(target, name, value, false);
    return true;
  } catch (error) {
    if (error instanceof ParameterAlreadyExists) return false;
    throw error;
  }
}

/**
 * Writes many, a few at a time. Those that were written stay written when one of them fails.
 * @param onWritten is called after each
 */
export async function putSecrets(
  target: Target,
  values: ReadonlyMap<string, string>,
  onWritten: (name: string) => void = () => {},
): Promise<void> {
  const left = [...values];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      await putSecret(target, ...next);
      onWritten(next[0]);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

async function put(
  { client, environment }: Target,
  name: string,
  value: string,
  overwrite: boolean,
): Promise<void> {
  await client(SSMClient).send(
    new PutParameterCommand({
      Name: parameterName(environment, name),
      Type: 'SecureString',
      Value: value,
      Overwrite: overwrite,
      // Free up to 4 KB; a longer value, like a certificate, costs 0.05 USD a month.
      Tier: 'Intelligent-Tiering',
    }),
  );
}
