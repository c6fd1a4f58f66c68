/**
 * Synthesises the rendered repos that it is given, one after the other, and sends what is wrong with each. To load
 * the CDK takes longer than to synthesise; here it is loaded once. Run with `--require tsx/cjs`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What a worker sends: a repo, and what is wrong with it. */
export interface Synthesised {
  folder: string;
  problems: string[];
}

interface Assembly {
  stacks: { id: string; messages: { level: string; entry: { data: unknown } }[] }[];
}

interface Report {
  pluginReports: {
    pluginName: string;
    violations: { ruleName: string; violatingConstructs: { constructPath?: string }[] }[];
  }[];
}

const require = createRequire(import.meta.url);

const reportOf = (folder: string): string => join(folder, 'infra/cdk.out/validation-report.json');

/** What the CDK's annotations, cdk-nag and the check of the templates find, warnings too, as `cdk synth --strict`. */
function findings(folder: string, { stacks }: Assembly): string[] {
  const notes = stacks.flatMap(({ id, messages }) =>
    messages.filter(({ level }) => level !== 'info').map(({ entry }) => `${id}: ${entry.data}`),
  );
  const { pluginReports } = JSON.parse(readFileSync(reportOf(folder), 'utf8')) as Report;
  if (pluginReports.length === 0) notes.push('nothing has validated the templates');
  const violations = pluginReports.flatMap(({ pluginName, violations }) =>
    violations.map(({ ruleName, violatingConstructs }) => {
      const places = violatingConstructs.map(({ constructPath }) => constructPath);
      return `${pluginName}: ${ruleName} in ${places.join(', ')}`;
    }),
  );
  return [...notes, ...violations];
}

function synthesise(folder: string): string[] {
  process.env.CDK_OUTDIR = join(folder, 'infra/cdk.out');
  try {
    const { app } = require(join(folder, 'infra/bin/app.ts')) as { app: { synth(): Assembly } };
    return findings(folder, app.synth());
  } catch (error) {
    return [String(error), ...(existsSync(reportOf(folder)) ? findings(folder, { stacks: [] }) : [])];
  } finally {
    // With CDK_OUTDIR set, an app would synthesise once more when the process ends.
    process.removeAllListeners('beforeExit');
  }
}

for (const folder of process.argv.slice(2))
  process.send?.({ folder, problems: synthesise(folder) } satisfies Synthesised);
process.disconnect?.();
