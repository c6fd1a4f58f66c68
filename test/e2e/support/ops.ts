import { linkModules } from './infra.ts';
import { type RunOptions, type RunResult, run } from './process.ts';

/** A command of a generated repo, as `npm run ops --` runs it, without npm's own start. */
export type Ops = (args: string, options?: RunOptions) => Promise<RunResult>;

/** Installs what `ops/` needs; then the commands can be run, in `env` and beside it in what each call says. */
export async function commandsOf(directory: string, env: RunOptions['env'] = {}): Promise<Ops> {
  await linkModules(directory, 'ops');
  const program = ['--import', './ops/node_modules/tsx/dist/loader.mjs', 'ops/cli.ts'];
  return (args, options = {}) =>
    run(process.execPath, [...program, ...args.split(' ')], {
      cwd: directory,
      ...options,
      env: { ...env, ...options.env },
    });
}
