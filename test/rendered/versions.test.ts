import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package.ts';

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

const manifest = (path: string): Manifest => JSON.parse(readFileSync(join(packageRoot, path), 'utf8'));

describe('the dependencies that the infrastructure is tested with here', () => {
  it('have the versions that a generated repo installs', () => {
    const { dependencies, devDependencies } = manifest('templates/infra/always/package.json');
    const ours = manifest('package.json').devDependencies;
    const theirs = { ...dependencies, ...devDependencies };
    for (const name of ['aws-cdk', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'tsx', 'typescript'])
      assert.equal(ours[name], theirs[name], name);
  });
});
