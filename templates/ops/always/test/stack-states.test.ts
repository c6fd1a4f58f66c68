import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failuresOf, giveUp, prepareStack } from '../lib/stack-states.ts';
import { startAws } from './aws.ts';

const xml = (operation: string, body: string) =>
  `<${operation}Response><${operation}Result>${body}</${operation}Result></${operation}Response>`;
const stack = (status: string, more = '') =>
  xml(
    'DescribeStacks',
    `<Stacks><member><StackName>shop-dev-service</StackName><StackStatus>${status}</StackStatus>${more}</member></Stacks>`,
  );

describe('a stack that is not as it should be', () => {
  it('loses its protection where its first deployment failed, and nowhere else', async () => {
    const calls: string[] = [];
    const answers = (status: string) => ({
      DescribeStacks: () => stack(status, '<EnableTerminationProtection>true</EnableTerminationProtection>'),
      UpdateTerminationProtection: () => {
        calls.push(status);
        return xml('UpdateTerminationProtection', '');
      },
    });
    for (const status of ['ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_COMPLETE'])
      await prepareStack(await startAws(answers(status)), 'service');
    assert.deepEqual(calls, ['ROLLBACK_COMPLETE']);
  });

  it('is for a person to mend where it is half deleted', async () => {
    const target = await startAws({ DescribeStacks: () => stack('DELETE_FAILED') });
    await assert.rejects(prepareStack(target, 'service'), /shop-dev-service is half deleted/);
  });

  it('is given up by the way that its state allows', async () => {
    const calls: string[] = [];
    const answers = (status: string) => ({
      DescribeStacks: () => stack(status),
      CancelUpdateStack: () => {
        calls.push(`cancel ${status}`);
        return xml('CancelUpdateStack', '');
      },
      DeleteStack: () => {
        calls.push(`delete ${status}`);
        return xml('DeleteStack', '');
      },
    });
    for (const status of ['UPDATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS'])
      await giveUp(await startAws(answers(status)));
    assert.deepEqual(calls, ['cancel UPDATE_IN_PROGRESS', 'delete CREATE_IN_PROGRESS']);
  });

  it('names what has failed, and not what only follows from it', async () => {
    const event = (name: string, status: string, reason: string) =>
      `<member><LogicalResourceId>${name}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>` +
      `<ResourceStatusReason>${reason}</ResourceStatusReason><Timestamp>2026-11-20T10:00:00Z</Timestamp></member>`;
    const events =
      event('Policy', 'CREATE_FAILED', 'Resource creation cancelled') +
      event('Service', 'CREATE_FAILED', 'Circuit Breaker was triggered') +
      event('Service', 'CREATE_IN_PROGRESS', '');
    const target = await startAws({
      DescribeStackEvents: () => xml('DescribeStackEvents', `<StackEvents>${events}</StackEvents>`),
    });
    assert.deepEqual(await failuresOf(target, 'service'), ['Service: Circuit Breaker was triggered']);
    assert.deepEqual(await failuresOf(target, 'service', new Date('2026-11-21')), []);
  });
});
