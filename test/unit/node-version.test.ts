import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { assertNode } from '../../src/node-version.ts';
import { packageRoot } from '../../src/package.ts';
import { Problem } from '../../src/problem.ts';

const refused = (version: string): Problem | undefined => {
  try {
    assertNode(version);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Problem);
    return error;
  }
};

describe('The version of Node.js', () => {
  for (const version of ['v20.20.2', 'v22.17.1', 'v23.9.0', 'v24.10.0'])
    it(`is refused where it is ${version}, with the versions that package.json has`, () => {
      const { engines } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
      assert.ok(refused(version)?.text.why.includes(engines.node));
    });

  for (const version of ['v22.18.0', 'v24.11.0', 'v26.0.0', process.version])
    it(`is fine where it is ${version}`, () => {
      assert.equal(refused(version), undefined);
    });

  it('is asked for before anything is loaded that an older one has not', () => {
    const older = 'data:text/javascript,Object.defineProperty(process,"version",{value:"v20.1.0"})';
    const bin = join(packageRoot, 'src/cli.ts');
    const { status, stderr } = spawnSync(process.execPath, ['--import', older, bin, 'migrate', '--dry-run'], {
      encoding: 'utf8',
      input: '',
    });
    assert.equal(status, 1);
    assert.match(stderr, /^VIB\d{3} This is Node\.js 20\.1\.0/);
  });
});
