import assert from 'node:assert/strict';
import type { Template } from 'aws-cdk-lib/assertions';

/**
 * Fails when a resource that holds data is called something else in the template than it was: to
 * CloudFormation that is another resource.
 */
export function assertLogicalIds(template: Template, type: string, expected: readonly string[]): void {
  assert.deepEqual(
    Object.keys(template.findResources(type)).sort(),
    [...expected].sort(),
    [
      `The logical id of a resource of type ${type} has changed.`,
      'CloudFormation would make a new, empty one and delete the old one with all its data.',
      'Give the construct its old id and its old place in the tree again (`new …(this, "id")`).',
      'Only if nothing has ever been deployed may the ids in this test follow.',
    ].join(' '),
  );
}
