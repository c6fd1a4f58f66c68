import type { Answers } from './answers.ts';

/**
 * How the commands of `ops/` are called, whatever folder of the repo the shell is in: by a script of the repo's own
 * `package.json`, or, beside an app that was there before and keeps that file, of the one in `ops/`.
 */
export const opsCall = ({ backend }: Pick<Answers, 'backend'>): string =>
  backend === 'existing' ? 'npm --prefix ops run ops --' : 'npm run ops --';
