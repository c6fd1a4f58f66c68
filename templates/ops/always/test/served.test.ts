import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { servedBefore } from '../lib/served.ts';
import { startAws } from './aws.ts';

/** An ECS that has put these versions into service, one after the other. */
const servedBy = (...tags: string[]) =>
  startAws({
    ListServiceDeployments: (input) => {
      assert.deepEqual(input.status, ['SUCCESSFUL']);
      const found = tags.map((tag, index) => ({
        targetServiceRevisionArn: `arn:${tag}`,
        finishedAt: 1_780_000_000 + index * 60,
      }));
      return { serviceDeployments: found.toReversed() };
    },
    DescribeServiceRevisions: (input) => ({
      serviceRevisions: (input.serviceRevisionArns as string[]).map((arn) => ({
        serviceRevisionArn: arn,
        containerImages: [
          { containerName: 'turn', image: 'public.ecr.aws/aws-cli/aws-cli' },
          { containerName: 'backend', image: `registry.example/shop-dev:${arn.slice(4)}@sha256:0` },
        ],
      })),
    }),
  });

describe('the version that served before', { concurrency: 1 }, () => {
  it('is the last one that was in service', async () => {
    assert.deepEqual(await servedBefore(await servedBy('v1', 'v2', 'v2', 'v3'), 'v3'), ['v2', 'v1']);
  });

  it('is an older one after a roll-back, and not what was left', async () => {
    assert.deepEqual(await servedBefore(await servedBy('v1', 'v2', 'v3', 'v2'), 'v2'), ['v1']);
  });

  it('is not known where ECS does not remember', async () => {
    assert.deepEqual(await servedBefore(await servedBy('v2'), 'v2'), []);
    assert.deepEqual(await servedBefore(await servedBy('v1'), 'v2'), []);
  });
});
