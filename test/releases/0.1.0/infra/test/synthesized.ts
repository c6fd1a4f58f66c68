import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../cdk.json';
import { type Environment, readSettings } from '../lib/settings.ts';

export const settings = readSettings();

/** The template of a stack as `npm run synth:ci`, which runs before the tests, has written it. */
export function template({ prefix }: Environment, stack: string): Template {
  const file = join(__dirname, '..', 'cdk.out', `${prefix}-${stack}.template.json`);
  if (!existsSync(file)) throw new Error(`${file} is missing. Write it with \`npm run synth\`.`);
  return Template.fromJSON(JSON.parse(readFileSync(file, 'utf8')));
}

/** The same tests for each environment of settings.json. */
export function forEachEnvironment(title: string, tests: (environment: Environment) => void): void {
  for (const environment of settings.environments)
    describe(`${title} (${environment.name})`, () => tests(environment));
}

/** An environment like dev, apart from what the test is about. */
export function like(changes: Partial<Environment>): Environment {
  const [environment] = settings.environments;
  if (!environment) throw new Error('settings.json has no environment');
  return { ...environment, ...changes };
}

/** An app of its own for stacks that settings.json does not ask for. */
export function otherApp(): App {
  return new App({ context: cdk.context });
}
