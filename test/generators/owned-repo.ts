import assert from 'node:assert/strict';
import { join } from 'node:path';
import { must, scratch, vibely } from '../support.ts';

const accounts = ['--dev-account', '111122223333', '--prod-account', '444455556666'];

/** A generated and committed repo. */
export function shop(app: string[] = []): string {
  const folder = join(scratch(), 'shop');
  const { code, err } = vibely([folder, '--yes', ...accounts, ...app]);
  assert.equal(code, 0, err);
  return folder;
}

/** Runs the command in the repo, and gives what it printed. */
export function succeed(folder: string, args: string[]): string {
  const { code, out, err } = vibely([...args, '--yes'], { cwd: folder });
  assert.equal(code, 0, `vibely ${args.join(' ')}\n${out}${err}`);
  return out;
}

export function commit(folder: string): void {
  must('git', ['add', '-A'], folder);
  must('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-qm', 'Change'], folder);
}

export const status = (folder: string): string => must('git', ['status', '--porcelain'], folder);
