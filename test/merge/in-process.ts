import { commandNamed } from '../../src/commands.ts';
import type { Value } from '../../src/declaration.ts';
import { run } from '../../src/run.ts';
import { must } from '../support.ts';

/** A generator as it is called: its id, its values, the name of what it adds, and whether it takes it away. */
export interface Call {
  command: string;
  given?: Readonly<Record<string, Value>>;
  name?: string;
  off?: boolean;
}

/** Runs a generator in this process, as the command does with `--yes`. @returns its exit code */
export function generate(
  directory: string,
  { command, given = {}, name, off = false }: Call,
  say: (text: string) => void = () => {},
): Promise<number> {
  const options = { command: commandNamed(command), directory, given, name, off, replace: true };
  const flags = { yes: true, force: false, dryRun: false, skipInstall: true, skipGit: false };
  return run({ ...options, ...flags, program: 'vibely' }, { say, ask: undefined });
}

/** Commits all that lies in `folder`, as its owner. */
export function commit(folder: string): void {
  must('git', ['add', '-A'], folder);
  const ada = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  must('git', [...ada, 'commit', '-q', '--allow-empty', '-m', 'Mine'], folder);
}
