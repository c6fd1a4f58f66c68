import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Answers } from './answers.ts';

/** Folders of the generated repo whose npm dependencies can be installed. */
export function npmFolders(answers: Answers): string[] {
  return ['infra', 'ops', ...(answers.backend === 'node' ? ['backend'] : [])];
}

/** An npm that started this program hands on settings of its own, which are not meant for the new repo. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(npm_|INIT_CWD$)/.test(key)));
}

/**
 * Runs `npm ci` where the repo has npm dependencies. A failure is no error: the command stays among the steps
 * to be done.
 * @returns the folders that were installed.
 */
export function install(directory: string, answers: Answers, say: (text: string) => void): string[] {
  return npmFolders(answers).filter((folder) => {
    say(`Installing ${folder}/ …\n`);
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: join(directory, folder),
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    return status === 0;
  });
}
