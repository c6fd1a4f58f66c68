import { assertEqual, rowsFor } from './compare.ts';
import { availableDatabase } from './database.ts';
import { runDatabaseTask } from './database-task.ts';
import { compareFacts } from './facts.ts';
import { isVariable, openOrigin, requireOrigin } from './origin.ts';
import { print, step } from './output.ts';
import { columns } from './table.ts';
import { operate, type TargetOptions } from './target.ts';
import { assertDone, listen, seconds, type Told } from './told.ts';

export interface RehearseOptions extends TargetOptions {
  full?: boolean;
  withoutExtension?: string[];
}

/**
 * Does all that a cut-over does, in a scratch database of the environment's instance, and says how long it takes.
 * @param from as `openOrigin` takes it; a dump is restored and compared with nothing
 */
export async function rehearse(from: string, options: RehearseOptions): Promise<void> {
  requireOrigin(from);
  const what = ({ prefix }: { prefix: string }) =>
    `restores ${from} into a scratch database beside that of ${prefix}, which is dropped again`;
  await operate(options, { what, changes: true }, async (target) => {
    const { EngineVersion: engine = '', AllocatedStorage: storageGiB } = await availableDatabase(target);
    const told = listen();
    const common = {
      mode: ['rehearse'],
      engine,
      storageGiB,
      skippedExtensions: options.withoutExtension,
      allRows: rowsFor(options),
    };
    const origin = await openOrigin(target, from, engine);
    const code = await origin.ready((given) => runDatabaseTask(target, { ...common, ...given }, told.hear));
    assertDone(
      code,
      'The rehearsal',
      'The database of the app was not touched. Correct the cause, and run it again.',
    );
    // Also where the two differ: those who run it want to know both.
    tellDurations(told);
    if (isVariable(from)) assertEqual(told, options.withoutExtension);
    else step(`restored: ${compareFacts(told.facts).summary}`);
  });
}

function tellDurations({ durations }: Told): void {
  const sum = durations.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const rows = [...durations, { name: 'in all', milliseconds: sum }];
  print(columns(rows.map(({ name, milliseconds }) => [name, seconds(milliseconds)])));
  step('The cut-over takes that long, and some minutes for tasks to start and for a snapshot.');
}
