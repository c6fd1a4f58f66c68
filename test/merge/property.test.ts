import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type ParseError, parse } from 'jsonc-parser';
import type { SomeAnswers } from '../../src/answers.ts';
import { commandNamed } from '../../src/commands.ts';
import { run } from '../../src/run.ts';
import { must, scratch, tree } from '../support.ts';

type Given = Omit<SomeAnswers, 'features' | 'name'>;

/** One edit of the owner: where (a fraction of the list of files), what, and where in the file. */
interface Edit {
  kind: 'insert' | 'delete' | 'add' | 'reformat' | 'crlf';
  file: number;
  line: number;
}

const answers = fc.record(
  {
    sse: fc.boolean(),
    database: fc.boolean(),
    domain: fc.constantFrom('', 'api.example.com', 'shop.example'),
    github: fc.constantFrom('', 'acme/shop'),
    architecture: fc.constantFrom('arm64' as const, 'x86_64' as const),
  },
  { requiredKeys: [] },
);
const backend = fc.constantFrom('fastapi' as const, 'node' as const);
const edit = fc.record({
  kind: fc.constantFrom(
    'insert' as const,
    'insert' as const,
    'insert' as const,
    'delete' as const,
    'add' as const,
    'reformat' as const,
    'crlf' as const,
  ),
  file: fc.double({ min: 0, max: 0.999, noNaN: true }),
  line: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Runs the generator in this process. @returns its exit code */
function generate(directory: string, given: Given & { name?: string }): Promise<number> {
  const options = {
    command: commandNamed('app'),
    directory,
    name: undefined,
    off: false,
    given: given as Record<string, string | boolean>,
  };
  const flags = {
    yes: true,
    force: false,
    dryRun: false,
    skipInstall: true,
    skipGit: false,
    program: 'vibely',
  };
  return run({ ...options, ...flags }, { say: () => {}, ask: undefined });
}

/** A comment in the language of the file; in JSON a key of the owner's. */
function insert(path: string, text: string, mark: string, at: number): string {
  if (path.endsWith('.json')) return `${JSON.stringify({ ...parse(text), [mark]: true }, null, 2)}\n`;
  const lines = text.split('\n');
  lines.splice(Math.round(at * (lines.length - 1)), 0, mark);
  return lines.join('\n');
}

/** What must hold afterwards: marks that stay, files that stay away, files that stay as they are. */
interface Expected {
  marks: Map<string, string>;
  deleted: Set<string>;
  added: Map<string, string>;
}

function applyEdits(folder: string, edits: readonly Edit[]): Expected {
  const own = ['.yo-rc.json', '.vibely.lock.json'];
  const paths = [...tree(folder).keys()].filter((path) => !own.includes(path) && !path.includes('lock'));
  const expected: Expected = { marks: new Map(), deleted: new Set(), added: new Map() };
  for (const [index, { kind, file, line }] of edits.entries()) {
    const path = paths[Math.floor(file * paths.length)] ?? '';
    const full = join(folder, path);
    if (kind === 'add') {
      const added = `own/file-${index}.txt`;
      mkdirSync(dirname(join(folder, added)), { recursive: true });
      writeFileSync(join(folder, added), 'mine\n');
      expected.added.set(added, 'mine\n');
    } else if (!existsSync(full) || readFileSync(full).includes('\r')) continue;
    else if (kind === 'delete') {
      rmSync(full);
      expected.deleted.add(path);
      expected.marks.delete(path);
    } else if (kind === 'crlf') writeFileSync(full, readFileSync(full, 'utf8').replaceAll('\n', '\r\n'));
    else if (kind === 'reformat' && path.endsWith('.json'))
      writeFileSync(full, `${JSON.stringify(parse(readFileSync(full, 'utf8')), null, 4)}\n`);
    else if (kind === 'insert' && !expected.marks.has(path)) {
      const mark = `owners-own-${index}`;
      writeFileSync(full, insert(path, readFileSync(full, 'utf8'), mark, line));
      expected.marks.set(path, mark);
    }
  }
  return expected;
}

function assertKept(folder: string, { marks, deleted, added }: Expected, conflicts: boolean): void {
  for (const [path, mark] of marks)
    assert.ok(readFileSync(join(folder, path), 'utf8').includes(mark), `${path} lost an edit`);
  for (const path of deleted) assert.ok(!existsSync(join(folder, path)), `${path} came back`);
  for (const [path, text] of added) assert.equal(readFileSync(join(folder, path), 'utf8'), text);
  for (const [path, text] of tree(folder)) {
    const errors: ParseError[] = [];
    if (path.endsWith('.json') && !conflicts) parse(text, errors);
    assert.deepEqual(errors, [], path);
  }
}

describe("any change of the answers, after any edits of the owner's", () => {
  it('loses no edit, brings nothing back, and leaves JSON valid where there is no conflict', async () => {
    const home = scratch();
    let count = 0;
    const property = async (
      kind: 'fastapi' | 'node',
      first: Given,
      edits: Edit[],
      then: Given,
    ): Promise<void> => {
      const folder = join(home, String(count++));
      assert.equal(await generate(folder, { ...first, backend: kind, name: 'shop' }), 0);
      const expected = applyEdits(folder, edits);
      must('git', ['add', '-A'], folder);
      must(
        'git',
        [
          '-c',
          'user.name=Ada',
          '-c',
          'user.email=ada@example.com',
          'commit',
          '-q',
          '--allow-empty',
          '-m',
          'Mine',
        ],
        folder,
      );
      const code = await generate(folder, then);
      assertKept(folder, expected, code === 1);
      if (code === 0) {
        const before = tree(folder);
        assert.equal(await generate(folder, then), 0);
        assert.deepEqual(tree(folder), before, 'running again changed something');
      }
      rmSync(folder, { recursive: true });
    };
    const edits = fc.array(edit, { minLength: 1, maxLength: 25 });
    const numRuns = Number(process.env.PROPERTY_RUNS ?? 25);
    await fc.assert(fc.asyncProperty(backend, answers, edits, answers, property), {
      numRuns,
      endOnFailure: true,
    });
  });
});
