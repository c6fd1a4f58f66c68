// Starts the commands. Plain JavaScript, so that it can say what is missing before anything is installed.
import { existsSync } from 'node:fs';

if (existsSync(new URL('node_modules/tsx', import.meta.url))) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./cli.ts');
} else {
  console.error(
    'error: What the commands need is not installed.\n  why: ops/node_modules is missing.\n  fix: npm ci --prefix ops',
  );
  process.exitCode = 1;
}
