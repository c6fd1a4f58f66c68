import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { copyOf, migrate } from './migrated.ts';

/** The only files that may know how a starter is called. */
const knows = /^ops\/(lib\/called|test\/called\.test)\.ts$/;

describe('Beside an app with a package.json of its own', () => {
  let texts: [path: string, text: string][];

  before(() => {
    const folder = copyOf('desk-heroku');
    const { code, err } = migrate(folder, '--domain', 'desk.example.com', '--github', 'acme/desk');
    assert.equal(code, 0, err);
    texts = globSync(['{docs,infra,ops}/**/*.{md,ts,sh,json,yml}', '.github/workflows/aws-*.yml'], {
      cwd: folder,
    }).map((path) => [path, readFileSync(join(folder, path), 'utf8')]);
  });

  it('no page, workflow or message calls a script that is not there', () => {
    const wrong = texts.filter(
      ([path, text]) => !knows.test(path) && /npm run (--silent )?ops\b|npm (start|run setup)\b/.test(text),
    );
    assert.deepEqual(
      wrong.map(([path]) => path),
      [],
    );
    const called = texts.filter(([, text]) => text.includes('npm --prefix ops run ops -- '));
    assert.ok(called.length > 10, `${called.length} files`);
  });

  it('no page speaks of what only the starter backend has', () => {
    const pages = texts.filter(([path]) => path.startsWith('docs/') && path !== 'docs/MIGRATION.md');
    const starter = /backend\/|\/ready\b|\/api\/(notes|events)|vercel\.md|Last-Event-ID|version …/;
    const wrong = pages.filter(([, text]) => starter.test(text));
    assert.deepEqual(
      wrong.map(([path, text]) => `${path}: ${starter.exec(text)?.[0]}`),
      [],
    );
  });
});
