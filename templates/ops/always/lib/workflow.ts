import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './settings.ts';

/** File of the workflow that deploys. Beside an app that was there before it has a prefix: `deploy.yml` may be its own. */
export function deployWorkflow(top = root): string {
  const prefixed = 'aws-deploy.yml';
  return existsSync(join(top, '.github/workflows', prefixed)) ? prefixed : 'deploy.yml';
}
