import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkout, scratch } from './paths.ts';
import { run } from './process.ts';

/** The accounts that the emulator knows: the one of the default profile, and those of `prod-shop` and `staging-shop`. */
export const accounts = { dev: '123456789012', prod: '210987654321', staging: '345678901234' };

export interface Variant {
  backend: 'fastapi' | 'node';
  sse: boolean;
  database: boolean;
  domain?: string;
  github?: string;
}

export function flagsOf(variant: Variant): string[] {
  return [
    `--backend=${variant.backend}`,
    variant.sse ? '--sse' : '--no-sse',
    variant.database ? '--database' : '--no-database',
    ...(variant.domain === undefined ? [] : [`--domain=${variant.domain}`]),
    ...(variant.github === undefined ? [] : [`--github=${variant.github}`]),
    `--dev-account=${accounts.dev}`,
    `--prod-account=${accounts.prod}`,
  ];
}

/** Every subgenerator, as its owner calls it; `https` is the domain of a variant. */
export const features = [
  ['waf', '--mode', 'count', '--rate-limit', '1000'],
  ['alarms', '--email', 'ada@example.com', '--budget', '200'],
  ['audit'],
  ['worker', 'emails', '--command', 'sleep infinity'],
  ['cron', 'cleanup', '--schedule', '0 3 13 * 5', '--command', 'sleep 1'],
  ['cache'],
  ['environment', 'staging', '--account', accounts.staging],
];

/** Turns a feature on in a rendered repo. */
export async function turnOn(directory: string, feature: readonly string[]): Promise<void> {
  const cli = join(checkout, 'src/cli.ts');
  await run(process.execPath, [cli, ...feature, '--yes', '--skip-install'], { cwd: directory });
}

/** What `npm start -- DIR …` writes: the directory of an app named `shop`. */
export async function render(
  variant: Variant,
  flags: readonly string[] = ['--skip-install', '--skip-git'],
): Promise<string> {
  const directory = join(scratch(variant.backend), 'shop');
  const cli = join(checkout, 'src/cli.ts');
  await run(process.execPath, [cli, directory, '--yes', '--name=shop', ...flagsOf(variant), ...flags], {
    timeoutMs: 300_000,
  });
  if (!existsSync(join(directory, 'infra/settings.json')))
    throw new Error(`nothing was written to ${directory}`);
  return directory;
}
