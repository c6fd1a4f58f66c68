import { unresolved } from './git.ts';
import { isSeed } from './render.ts';

/** A block of git's conflict markers: one side, with what both come from where git is set to show it, and the other. */
const block =
  /^<{7} .*\n(?<one>(?:.*\n)*?)(?:\|{7}.*\n(?:.*\n)*?)?={7}\r?\n(?<other>(?:.*\n)*?)>{7} .*(?:\n|$)/gm;

/** Both sides of a text that git has left in conflict; twice the text where it is in none. */
export function bothSides(text: string): [one: string, other: string] {
  return [text.replace(block, '$<one>'), text.replace(block, '$<other>')];
}

/**
 * The commands that bring the generated files that git holds as conflicts to the side that one is on: their like is
 * generated anew, from the answers of both.
 * @param isGenerated whether a path is one of a generated file. A seed is its owner's: the commands would lose edits.
 */
export function commandsToTakeOurs(directory: string, isGenerated: (path: string) => boolean): string[] {
  const paths = [...unresolved(directory)].filter(([path]) => isGenerated(path) && !isSeed(path, {}));
  const list = (wanted: boolean): string =>
    paths
      .filter(([, isHere]) => isHere === wanted)
      .map(([path]) => path)
      .join(' ');
  const [here, gone] = [list(true), list(false)];
  return [here && `git checkout HEAD -- ${here}`, gone && `git rm -q -- ${gone}`].filter(Boolean);
}
