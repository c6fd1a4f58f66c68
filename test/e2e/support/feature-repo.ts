import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './process.ts';
import { features, render, turnOn, type Variant } from './render.ts';

/** A repo with every feature on, all of it committed. */
export async function renderWithFeatures(variant: Variant): Promise<string> {
  const directory = await render(variant, ['--skip-install']);
  for (const feature of features) {
    await turnOn(directory, feature);
    await commit(directory, feature.join(' '));
  }
  return directory;
}

export async function commit(directory: string, message: string): Promise<void> {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  await run('git', ['add', '--all'], { cwd: directory });
  await run('git', [...author, 'commit', '--quiet', '--message', message], { cwd: directory });
}

/** Changes infra/settings.json by hand, as its owner may, and commits that. */
export async function editSettings(
  directory: string,
  // biome-ignore lint/suspicious/noExplicitAny: the file as it is
  edit: (environments: Record<string, any>) => void,
): Promise<void> {
  const file = join(directory, 'infra/settings.json');
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  edit(settings.environments);
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  await commit(directory, 'settings');
}
