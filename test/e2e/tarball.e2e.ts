import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { before, describe, it } from 'node:test';
import { checkout, scratch } from './support/paths.ts';
import { capture, run } from './support/process.ts';
import { flagsOf, render, type Variant } from './support/render.ts';

describe('the packed tarball, installed elsewhere', () => {
  const elsewhere = scratch('tarball');
  const bin = (name: string) => join(elsewhere, 'node_modules/.bin', name);

  before(async () => {
    const packed = await capture('npm', ['pack', '--json', '--pack-destination', elsewhere], {
      cwd: checkout,
    });
    const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[')));
    await run('npm', ['init', '--yes'], { cwd: elsewhere });
    await run('npm', ['install', '--no-audit', '--no-fund', join(elsewhere, filename)], {
      cwd: elsewhere,
      timeoutMs: 300_000,
    });
  });

  const variants: Variant[] = [
    { backend: 'fastapi', sse: true, database: true, domain: 'api.example.com', github: 'acme/shop' },
    { backend: 'node', sse: false, database: false },
  ];
  for (const variant of variants) {
    it(`writes the same ${variant.backend} repo as the checkout, dotfiles and run bits included`, async () => {
      const expected = tree(await render(variant));
      const directory = join(scratch('installed'), 'shop');
      const flags = ['--yes', '--name=shop', '--skip-install', '--skip-git', ...flagsOf(variant)];
      await run(bin('vibely'), [directory, ...flags], { cwd: elsewhere });
      const actual = tree(directory);
      assert.deepEqual(Object.keys(actual), Object.keys(expected));
      for (const [file, content] of Object.entries(expected)) assert.equal(actual[file], content, file);
      for (const file of ['.gitignore', 'backend/.dockerignore', '.github/workflows/ci.yml', '.yo-rc.json']) {
        assert.ok(actual[file], file);
      }
    });
  }

  it('has both names of its command, and they say the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
    for (const name of ['vibely', 'generator-vibely'])
      assert.equal(await capture(bin(name), ['--version']), version);
  });
});

/** Path → mode and content of every file. */
function tree(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const runnable = (statSync(path).mode & 0o111) !== 0 ? 'x' : '-';
      return [relative(root, path), `${runnable}\n${readFileSync(path, 'utf8')}`];
    }),
  );
}
