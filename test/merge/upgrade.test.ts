import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packageVersion } from '../../src/package.ts';
import { bin, must, mustAsync, scratch, tree, vibely } from '../support.ts';
import { commit } from './in-process.ts';
import { otherVersion, type Registry, registryOf } from './registry.ts';

const older = '0.0.9';
const oldLine = 'A sentence that only the older templates have.';

describe('vibely upgrade, from an older version', () => {
  const home = scratch();
  const oldPackage = otherVersion(join(home, 'older'), older, (templates) =>
    appendFileSync(join(templates, 'docs/always/costs.md.ejs'), `\n${oldLine}\n`),
  );
  const newPackage = otherVersion(join(home, 'newer'), packageVersion, () => {});
  let registry: Registry;
  before(async () => {
    registry = await registryOf([oldPackage, newPackage], join(home, 'registry'));
  });
  after(() => registry.close());

  /** A repo that the older version wrote and its owner edited. */
  function oldRepo(name: string): string {
    const folder = join(home, name, 'shop');
    must(process.execPath, [join(oldPackage, 'dist/src/cli.js'), folder, '--yes', '--skip-install'], home);
    const costs = join(folder, 'docs/costs.md');
    writeFileSync(costs, `Ours: we pay less.\n\n${readFileSync(costs, 'utf8')}`);
    commit(folder);
    return folder;
  }

  /** Not blocking: the registry answers in this very process. */
  const upgrade = (cwd: string): Promise<string> =>
    mustAsync(process.execPath, [bin, 'upgrade', '--yes', '--skip-install'], cwd, {
      npm_config_registry: registry.url,
      npm_config_cache: join(home, 'npm-cache'),
    });

  function assertUpgraded(folder: string): void {
    const costs = readFileSync(join(folder, 'docs/costs.md'), 'utf8');
    assert.match(costs, /^Ours: we pay less\./);
    assert.ok(!costs.includes(oldLine), 'the older line is still there');
    assert.match(
      readFileSync(join(folder, '.vibely.lock.json'), 'utf8'),
      new RegExp(`"generator": "${packageVersion}"`),
    );
  }

  it("takes the base from the owner's git objects, without asking a registry", async () => {
    const folder = oldRepo('git');
    const printed = await upgrade(folder);
    assert.match(printed, new RegExp(`^## ${packageVersion}$`, 'm'), 'the changelog is missing');
    assertUpgraded(folder);
    assert.deepEqual(registry.fetched, []);
  });

  it('renders the base by the older version from the registry where git does not have it', async () => {
    const folder = oldRepo('tarball');
    rmSync(join(folder, '.git'), { recursive: true });
    must('git', ['init', '-qb', 'main'], folder);
    commit(folder);
    await upgrade(folder);
    assertUpgraded(folder);
    assert.deepEqual(registry.fetched, [`generator-vibely-${older}.tgz`]);
  });

  it('says that it asks the registry, and what a conflict is where that does not answer', () => {
    const folder = oldRepo('offline');
    rmSync(join(folder, '.git'), { recursive: true });
    must('git', ['init', '-qb', 'main'], folder);
    commit(folder);
    const { code, out } = vibely(['upgrade', '--yes'], {
      cwd: folder,
      env: { npm_config_registry: 'http://127.0.0.1:9', npm_config_cache: join(home, 'empty-cache') },
    });
    assert.equal(code, 1);
    assert.match(out, new RegExp(`^Fetching generator-vibely ${older}, which wrote this repo`, 'm'));
    assert.match(out, /generated before could not be found \(offline.*\n {2}docs\/costs\.md\n/);
    assert.doesNotMatch(out, /You and the templates changed the same lines/);
  });

  it('changes nothing when it runs again', async () => {
    const folder = join(home, 'git/shop');
    const files = tree(folder);
    await upgrade(folder);
    assert.deepEqual(tree(folder), files);
  });
});
