import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Answers } from '../../src/answers.ts';
import { packageRoot } from '../../src/package.ts';
import { render } from '../../src/render.ts';
import { mustAsync, scratch } from '../support.ts';

/** Binaries of this package's own development dependencies, which are those of the generated infrastructure. */
const binaries = join(packageRoot, 'node_modules/.bin');

/** A resource of a CloudFormation template, loosely typed: tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: a template's properties have no common type
export type Resource = { Type: string; Properties: any; DeletionPolicy?: string; Metadata?: unknown };

/** Stack name → its template. */
export type Templates = ReadonlyMap<
  string,
  { Resources: Record<string, Resource>; Parameters?: Record<string, { Default?: string }> }
>;

/** Writes the rendered repo to a fresh folder, with the installed dependencies of the infrastructure at hand. */
export function rendered(answers: Answers): string {
  const folder = scratch();
  for (const [path, { content, executable }] of render(answers)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode: executable ? 0o755 : 0o644 });
  }
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'infra/node_modules'));
  return folder;
}

/** What a person without AWS credentials and without AWS settings has. */
const withoutAws = {
  PATH: `${binaries}:${process.env.PATH}`,
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** Type-checks the infrastructure of a rendered repo. */
export function typecheck(folder: string): Promise<string> {
  return mustAsync('npm', ['run', '--silent', 'typecheck'], join(folder, 'infra'), withoutAws);
}

/** Synthesises all stacks, without credentials, as the repo's owner does. */
export async function synth(folder: string): Promise<Templates> {
  await mustAsync('npm', ['run', '--silent', 'synth'], join(folder, 'infra'), withoutAws);
  const out = join(folder, 'infra/cdk.out');
  const names = readdirSync(out).filter((name) => name.endsWith('.template.json'));
  return new Map(
    names.map((name) => [
      name.replace('.template.json', ''),
      JSON.parse(readFileSync(join(out, name), 'utf8')),
    ]),
  );
}

/** All resources of `type` in the stacks whose name ends in `suffix`. */
export function resources(templates: Templates, type: string, suffix = ''): Resource[] {
  const stacks = [...templates].filter(([name]) => name.endsWith(suffix));
  return stacks.flatMap(([, { Resources }]) =>
    Object.values(Resources).filter((resource) => resource.Type === type),
  );
}
