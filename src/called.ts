import { packageRoot } from './package.ts';

/** How this program was called: `vibely`, `npx generator-vibely`, `yo vibely`, or by `npm start` in its own folder. */
export function program(): string {
  if (/[\\/]yo([\\/.]|$)/.test(process.argv[1] ?? '')) return 'yo vibely';
  if (process.env.npm_lifecycle_event === 'start') return `npm --prefix ${packageRoot} start --`;
  return process.env.npm_lifecycle_event === 'npx' ? 'npx generator-vibely' : 'vibely';
}

/** A command of this program as it can be pasted, such as `https --domain api.example.com`. */
export function called(command: string): string {
  // A subgenerator of Yeoman has its name behind a colon.
  return program() === 'yo vibely' ? `yo vibely:${command}` : `${program()} ${command}`;
}
