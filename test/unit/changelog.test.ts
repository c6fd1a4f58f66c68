import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { changesSince } from '../../src/changelog.ts';
import { packageRoot, packageVersion } from '../../src/package.ts';
import { isNewer } from '../../src/version.ts';

const text = '# Changes\n\n## 1.10.0\n\n- c\n\n## 1.9.0\n\n- b\n\n## 1.2.0\n\n- a\n';

describe('the changelog', () => {
  it('tells what came after a version, and nothing before it', () => {
    assert.equal(changesSince('1.2.0', text), '## 1.10.0\n\n- c\n\n## 1.9.0\n\n- b\n\n');
    assert.equal(changesSince('1.10.0', text), '');
  });

  it('has a section for this version', () => {
    assert.ok(readFileSync(join(packageRoot, 'CHANGELOG.md'), 'utf8').includes(`\n## ${packageVersion}\n`));
  });
});

describe('versions', () => {
  it('are compared by number', () => {
    assert.ok(isNewer('1.10.0', '1.9.9'));
    assert.ok(!isNewer('1.9.9', '1.10.0'));
    assert.ok(!isNewer('1.2.3', '1.2.3'));
  });
});
