import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readPlan } from '../../src/migration/read.ts';
import { openRepo, type SourceRepo } from '../../src/migration/repo.ts';
import { allPlatforms } from '../../src/platforms/all.ts';
import { casesOf, repoOf } from './cases.ts';

const runs = Number(process.env.BROKEN_RUNS ?? 300);

/** What a line, or its value, becomes. */
const changes: readonly ((line: string) => string)[] = [
  () => '',
  (line) => `${line}\n${line}`,
  (line) => line.slice(0, line.length / 2),
  (line) => ` ${line}`,
  (line) => line.replace(/^\s+/, ''),
  (line) => line.replace(/([:=]).*$/, '$1 []'),
  (line) => line.replace(/([:=]).*$/, '$1 {}'),
  (line) => line.replace(/([:=]).*$/, '$1 12'),
  (line) => line.replace(/([:=]).*$/, '$1 "text"'),
  (line) => line.replace(/([:=]).*$/, '$1 null'),
  (line) => line.replace(/([:=]).*$/, '$1 [[1], {a: 2}]'),
  (line) => line.replace(/\w+/, '__proto__'),
  (line) => line.replace(/\w+/, 'constructor'),
  (line) => line.replace(/([:=]).*$/, '$1 "constructor"'),
  (line) => line.replace(/["'{}[\]]/, ''),
  (line) => `${line}"'{[\`$`,
];

type Change = readonly [where: number, how: number];

function changed(text: string, all: readonly Change[]): string {
  const lines = text.split('\n');
  for (const [where, how] of all) {
    const index = where % lines.length;
    lines[index] = (changes[how % changes.length] ?? String)(lines[index] ?? '');
  }
  return lines.join('\n');
}

/** A repo whose files are changed; all but code and lock files, which nobody takes apart. */
function damaged(repo: SourceRepo, all: readonly Change[]): SourceRepo {
  return { ...repo, text: (path) => changed(repo.text(path) ?? '', all) };
}

const names = allPlatforms.flatMap(({ name }) => casesOf(name));

describe('Files of platforms that somebody has damaged', () => {
  it('are read without a crash, and every finding has a place', async () => {
    const change = fc.tuple(fc.nat(400), fc.nat(changes.length - 1));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async (name, all) => {
          const repo = damaged(openRepo(repoOf(name)), all);
          for (const { name: platform, read } of allPlatforms) {
            const reading = await read(repo);
            const { evidence, findings, services } = reading;
            // What a table has not of itself, but as every object has it, is a function.
            assert.deepEqual(structuredClone(reading), reading);
            for (const { id, evidence: places } of findings) assert.ok(places.length > 0, id);
            assert.ok(services.length === 0 || evidence.length > 0);
            if (evidence.length > 0 || platform === 'none') await readPlan(repo, { platform });
          }
        },
      ),
      { numRuns: runs },
    );
  });
});
