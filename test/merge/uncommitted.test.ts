import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { uncommitted } from '../../src/uncommitted.ts';
import { shop, status } from '../generators/owned-repo.ts';
import { must, scratch, vibely } from '../support.ts';
import { commit } from './in-process.ts';

const git = (folder: string, ...args: string[]): string => must('git', args, folder);

/** A repository with `a.txt` and `sub/b.txt` in a commit. */
function repository(...init: string[]): string {
  const folder = scratch();
  git(folder, 'init', '-q', ...init);
  mkdirSync(join(folder, 'sub'));
  for (const path of ['a.txt', 'sub/b.txt']) writeFileSync(join(folder, path), 'one\ntwo\n');
  commit(folder);
  return folder;
}

const both = ['a.txt', 'sub/b.txt'];

/** What makes git's own status silent about an edit, or loud about none. */
const cases: [name: string, make: (folder: string) => void, found: string[]][] = [
  ['nothing where nothing was done', () => {}, []],
  ['an edit', (folder) => appendFileSync(join(folder, 'a.txt'), 'x'), ['a.txt']],
  [
    'an edit that is staged',
    (folder) => {
      appendFileSync(join(folder, 'a.txt'), 'x');
      git(folder, 'add', 'a.txt');
    },
    ['a.txt'],
  ],
  ...['--assume-unchanged', '--skip-worktree'].map((flag): (typeof cases)[number] => [
    `an edit of a file with ${flag}`,
    (folder) => {
      git(folder, 'update-index', flag, 'a.txt');
      appendFileSync(join(folder, 'a.txt'), 'x');
    },
    ['a.txt'],
  ]),
  [
    'no file that is ignored, and committed all the same',
    (folder) => {
      writeFileSync(join(folder, '.gitignore'), 'sub\n*.txt\n');
      git(folder, 'rm', '-q', '--cached', 'a.txt');
    },
    [],
  ],
  [
    'an ignored file that is in no commit any more, in an ignored folder, too',
    (folder) => {
      writeFileSync(join(folder, '.gitignore'), 'sub\n*.txt\n');
      git(folder, 'rm', '-q', '--cached', ...both);
      commit(folder);
    },
    both,
  ],
  [
    'no checkout with CRLF of what is stored with LF',
    (folder) => {
      git(folder, 'config', 'core.autocrlf', 'true');
      for (const path of both) writeFileSync(join(folder, path), 'one\r\ntwo\r\n');
    },
    [],
  ],
  [
    'no CRLF that is stored as such, before core.autocrlf was set',
    (folder) => {
      writeFileSync(join(folder, 'a.txt'), 'one\r\ntwo\r\n');
      commit(folder);
      git(folder, 'config', 'core.autocrlf', 'true');
    },
    [],
  ],
  [
    'everything where there is no commit yet',
    (folder) => {
      rmSync(join(folder, '.git'), { recursive: true });
      git(folder, 'init', '-q');
      git(folder, 'add', '-A');
    },
    both,
  ],
  [
    'an edit outside of a sparse checkout',
    (folder) => {
      git(folder, 'sparse-checkout', 'set', 'other');
      mkdirSync(join(folder, 'sub'), { recursive: true });
      writeFileSync(join(folder, 'sub/b.txt'), 'mine\n');
    },
    ['sub/b.txt'],
  ],
];

describe('what git does not hold', () => {
  for (const format of ['sha1', 'sha256'])
    for (const [name, make, found] of cases)
      it(`is ${name} (${format})`, () => {
        const folder = repository(`--object-format=${format}`);
        make(folder);
        const index = readFileSync(join(folder, '.git/index'));
        const there = both.filter((path) => existsSync(join(folder, path)));
        assert.deepEqual(uncommitted(folder, there).sort(), found);
        assert.deepEqual(readFileSync(join(folder, '.git/index')), index);
      });

  it('is found from a folder within the repository, and in a submodule', () => {
    const folder = repository();
    assert.deepEqual(uncommitted(join(folder, 'sub'), ['b.txt']), []);
    appendFileSync(join(folder, 'sub/b.txt'), 'x');
    assert.deepEqual(uncommitted(join(folder, 'sub'), ['b.txt']), ['b.txt']);
    const outer = repository();
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', folder, 'inner');
    assert.deepEqual(uncommitted(join(outer, 'inner'), both), []);
    appendFileSync(join(outer, 'inner/a.txt'), 'x');
    assert.deepEqual(uncommitted(join(outer, 'inner'), both), ['a.txt']);
  });
});

describe('the refusal of what is not committed', () => {
  const path = 'infra/settings.json';
  const edit = (folder: string): void => {
    const text = readFileSync(join(folder, path), 'utf8');
    writeFileSync(join(folder, path), text.replace('"cpu": 512', '"cpu": 2048'));
  };
  const ways: Record<string, (folder: string) => void> = {
    edited: edit,
    'hidden from git status': (folder) => {
      git(folder, 'update-index', '--assume-unchanged', path);
      edit(folder);
    },
    ignored: (folder) => {
      git(folder, 'rm', '-q', '--cached', path);
      appendFileSync(join(folder, '.gitignore'), `${path}\n`);
      commit(folder);
      edit(folder);
    },
    untracked: (folder) => {
      edit(folder);
      renameSync(join(folder, path), join(folder, 'aside'));
      git(folder, 'rm', '-q', '--cached', path);
      git(folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-qm', 'Gone');
      renameSync(join(folder, 'aside'), join(folder, path));
    },
  };
  for (const [name, make] of Object.entries(ways))
    it(`has a way out that works, for a file that is ${name}`, () => {
      const folder = shop();
      git(folder, 'config', 'user.name', 'Ada');
      git(folder, 'config', 'user.email', 'ada@example.com');
      make(folder);
      const { code, err } = vibely(['waf', '--yes'], { cwd: folder });
      assert.equal(code, 1);
      assert.match(err, /^VIB036 .*infra\/settings\.json\./);
      assert.equal(/Git ignores/.test(err), name === 'ignored');
      const command = /: (?<command>git .*)\n$/.exec(err)?.groups?.command ?? '';
      must('sh', ['-ec', command], folder);
      assert.equal(vibely(['waf', '--yes'], { cwd: folder }).code, 0);
      assert.equal(JSON.parse(readFileSync(join(folder, path), 'utf8')).environments.dev.cpu, 2048);
      assert.match(status(folder), / M infra\/settings\.json/);
    });
});
