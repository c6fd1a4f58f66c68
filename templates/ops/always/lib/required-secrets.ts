import { call } from './called.ts';
import { parameterName, placeholder, unsetSecrets } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Target } from './target.ts';

/** @throws Problem where one does not exist or was never filled in: a task would not start, or start with nonsense */
export async function assertSecrets(
  target: Target,
  names: readonly string[] = target.environment.secretNames,
): Promise<void> {
  const { missing, placeholders } = await unsetSecrets(target, names);
  const first = missing[0] ?? placeholders[0];
  if (first === undefined) return;
  const { environment } = target;
  const paths = (list: readonly string[]) => list.map((name) => parameterName(environment, name)).join(', ');
  const what = [
    missing.length > 0 && `${paths(missing)}: no such secret.`,
    placeholders.length > 0 && `${paths(placeholders)}: still ${placeholder}.`,
  ];
  throw new Problem({
    what: what.filter(Boolean).join(' '),
    why: `The tasks of ${environment.prefix} read it when they start.`,
    fix:
      first === 'DATABASE_PASSWORD'
        ? `${call} bootstrap --env ${environment.name}`
        : `${call} secrets set ${first} --env ${environment.name}`,
  });
}
