import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { median } from '../../bench/measure.ts';
import { blobId } from '../../src/blob.ts';
import { isSeed } from '../../src/render.ts';
import { type Lock, lockFile } from '../../src/state.ts';
import { scratch, tree } from '../support.ts';
import { type Call, commit, generate } from './in-process.ts';

const edits = 30;
const rounds = 7;
const mark = 'a line of the owner';

/** Runs a generator. @returns the milliseconds that it took */
async function timed(directory: string, call: Call): Promise<number> {
  const start = performance.now();
  assert.equal(await generate(directory, call), 0);
  return performance.now() - start;
}

const anew: Call = {
  command: 'app',
  given: { name: 'shop', domain: 'api.example.com', github: 'acme/shop' },
};

/** What can be merged by line, and is long enough for two changes that lie apart. */
function longTexts(folder: string): [path: string, text: string][] {
  return [...tree(folder)].filter(
    ([path, text]) =>
      !path.startsWith('.vibely') &&
      !path.endsWith('.json') &&
      !isSeed(path, {}) &&
      text.split('\n').length > 20,
  );
}

/**
 * Makes of a generated repo one of older templates, in which some files lack their last line, and gives the same
 * files a line of the owner's. @returns their paths, each with the text that it has to have after the merge
 */
function ageAndEdit(folder: string): Map<string, string> {
  const chosen = longTexts(folder).slice(0, edits);
  const lock = JSON.parse(readFileSync(join(folder, lockFile), 'utf8')) as Lock;
  const older = chosen.map(([path, text]) => [path, text.replace(/[^\n]*\n$/, '')] as const);
  for (const [path, text] of older) {
    lock.files[path] = blobId(Buffer.from(text));
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(folder, lockFile), JSON.stringify(lock));
  commit(folder);
  const withMark = (text: string): string => text.replace(/(?<=^(.*\n){5})/, `${mark}\n`);
  for (const [path, text] of older) writeFileSync(join(folder, path), withMark(text));
  commit(folder);
  return new Map(chosen.map(([path, text]) => [path, withMark(text)]));
}

describe('a repo of more than 120 files, 30 of them changed by the owner and by the templates', () => {
  const home = scratch();
  const repo = join(home, 'repo');
  let expected = new Map<string, string>();
  before(async () => {
    await timed(repo, anew);
    expected = ageAndEdit(repo);
    assert.equal(expected.size, edits);
    assert.ok(tree(repo).size >= 120, `${tree(repo).size} files`);
  });

  it('is merged in at most twice the time that it takes to write it anew', async (t) => {
    const [written, merged]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      const copy = join(home, `merged-${round}`);
      cpSync(repo, copy, { recursive: true });
      const times = [
        await timed(join(home, `anew-${round}`), anew),
        await timed(copy, { command: 'upgrade' }),
      ] as const;
      const texts = tree(copy);
      for (const [path, text] of expected) assert.equal(texts.get(path), text, path);
      if (round === 0) continue; // The first round warms up.
      written.push(times[0]);
      merged.push(times[1]);
    }
    const figures = `anew ${median(written).toFixed()} ms, merged ${median(merged).toFixed()} ms`;
    t.diagnostic(figures);
    assert.ok(median(merged) <= 2 * median(written), figures);
  });
});
