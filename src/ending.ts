import type { Answers } from './answers.ts';
import { type Environment, environmentsOf } from './environments.ts';

/** What turning something off takes away in AWS, or leaves there. */
export interface Ending {
  /** For a person, before it is done. */
  sentence: string;
  /** How what stays is deleted, by environment; none where nothing stays. */
  cleanUp?: CleanUp[];
}

/** The commands that delete what stays in an environment, once that is deployed without it. */
export interface CleanUp {
  environment: string;
  commands: string[];
}

/** Of each environment its own commands. */
export function cleanUpEach(answers: Answers, commandsIn: (environment: Environment) => string[]): CleanUp[] {
  return environmentsOf(answers)
    .map((one) => ({ environment: one.name, commands: commandsIn(one) }))
    .filter(({ commands }) => commands.length > 0);
}

/** Deletes a stack that the repo no longer knows; prod's is protected. */
export function deleteStack(app: string, { name, profileFlag }: Environment, stack: string): string[] {
  const which = `--stack-name ${app}-${name}-${stack}`;
  const unprotect = `aws cloudformation update-termination-protection --no-enable-termination-protection ${which} --output text${profileFlag}`;
  return [...(name === 'prod' ? [unprotect] : []), `aws cloudformation delete-stack ${which}${profileFlag}`];
}
