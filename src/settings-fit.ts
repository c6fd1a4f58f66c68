import { isDeepStrictEqual } from 'node:util';
import type { Answers, SomeAnswers } from './answers.ts';
import { allFeatures } from './features/all.ts';
import type { SettingsBlock } from './features/feature.ts';
import { isObject } from './json.ts';
import { parseJson } from './merge.ts';
import { type Change, stays } from './plan.ts';
import { Problem } from './problem.ts';

const file = 'infra/settings.json';

/** The blocks of the environments as they will be, by name; none where they cannot be told, or are in conflict anyway. */
function blocksIn(plan: readonly Change[]): [name: string, block: SettingsBlock][] {
  const change = plan.find(({ path }) => path === file);
  if (change === undefined || change.action === 'conflict') return [];
  const content = stays(change.action) ? change.ours : change.file?.content;
  const settings = content && parseJson(content.toString());
  const environments = isObject(settings) ? settings.environments : undefined;
  if (!isObject(environments)) return [];
  return Object.entries(environments).filter((one): one is [string, SettingsBlock] => isObject(one[1]));
}

/**
 * Refuses what would merge cleanly into settings that cannot be synthesised: a block that the owner copied into
 * another environment and whose feature ends, or something of the owner's that has the name of what is added.
 * @throws Problem VIB049 or VIB053; nothing is written then.
 */
export function assertSettingsFit(before: SomeAnswers, after: Answers, plan: readonly Change[]): void {
  const was: Readonly<Record<string, unknown>> = { ...before.features };
  const is: Readonly<Record<string, unknown>> = { ...after.features };
  const blocks = blocksIn(plan);
  const placesOf = (keysIn: (block: SettingsBlock) => readonly string[]): string =>
    blocks.flatMap(([name, block]) => keysIn(block).map((key) => `environments.${name}.${key}`)).join(', ');

  for (const { id, blockKey, clashes } of allFeatures) {
    const left = placesOf((block) => (blockKey !== undefined && blockKey in block ? [blockKey] : []));
    if (left !== '' && id in was && !(id in is))
      throw new Problem('VIB049', {
        what: `${file} would still have ${left}, which you put there.`,
        why: `What reads it goes with '${id}', so the stacks could no longer be synthesised. Nothing was written.`,
        fix: 'Take it out there, commit that, and run this again.',
      });
    const clash = isDeepStrictEqual(was[id], is[id]) ? '' : placesOf((block) => clashes?.(block) ?? []);
    if (clash !== '')
      throw new Problem('VIB053', {
        what: `${file} has ${clash}, and '${id}' adds something of that name.`,
        why: 'The tasks in AWS can have only one of each name. Nothing was written.',
        fix: 'Take it out there or give it another name, commit that, and run this again.',
      });
  }
}
