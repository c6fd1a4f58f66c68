import { linkModules } from './infra.ts';
import { type RunOptions, type RunResult, run } from './process.ts';

/** A command of a generated repo, as `npm run ops --` runs it, without npm's own start. */
export type Ops = (args: string, options?: RunOptions) => Promise<RunResult>;

/** The program of the commands and its options, in the folder of the repo. */
export const opsProgram = ['--import', './ops/node_modules/tsx/dist/loader.mjs', 'ops/cli.ts'];

/** Installs what `ops/` needs; then the commands can be run, in `env` and beside it in what each call says. */
export async function commandsOf(directory: string, env: RunOptions['env'] = {}): Promise<Ops> {
  await linkModules(directory, 'ops');
  return (args, options = {}) =>
    run(process.execPath, [...opsProgram, ...args.split(' ')], {
      cwd: directory,
      ...options,
      env: { ...env, ...options.env },
    });
}
