import { print } from './output.ts';
import { environmentOf, readSettings } from './settings.ts';
import { assertAccountKnown } from './target.ts';

/** Prints where an environment lives, as outputs of a workflow's step. Needs no credentials. */
export function printTarget({ env }: { env: string }): void {
  const environment = environmentOf(readSettings(), env);
  assertAccountKnown(environment);
  print(`account=${environment.account}\nregion=${environment.region}`);
}
