import { makePassword } from './bootstrap.ts';
import { operate, type TargetOptions } from './target.ts';

/** Makes the password of the database, once. */
export async function databasePassword(options: TargetOptions): Promise<void> {
  const what = () => 'makes the password of the database if there is none';
  await operate(options, { what, changes: true }, makePassword);
}
