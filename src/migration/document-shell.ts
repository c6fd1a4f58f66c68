import { opsCall } from '../ops-call.ts';

/** A command of ops/, for any shell in the repo's top folder. */
export const ops = (command: string): string => `${opsCall({ backend: 'existing' })} ${command}`;

/** Lines of a shell as a block of the page. */
export const block = (...lines: readonly string[]): string => ['```bash', ...lines, '```'].join('\n');
