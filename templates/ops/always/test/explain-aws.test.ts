import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explained } from '../lib/explain-aws.ts';
import { Problem } from '../lib/problem.ts';
import { stackOutput } from '../lib/stacks.ts';
import { startAws } from './aws.ts';

const error = (name: string, message: string) => Object.assign(new Error(message), { name });

describe('what AWS says', () => {
  for (const [name, message, command] of [
    ['ClusterNotFoundException', 'Cluster not found.', 'stacks'],
    ['RepositoryNotFoundException', "The repository with name 'shop-dev' does not exist", 'stacks'],
    ['ClientException', 'Unable to describe task definition.', 'deploy'],
  ] as const)
    it(`of something that is not deployed has a command: ${message}`, async () => {
      const { environment } = await startAws({});
      const problem = explained(error(name, message), environment);
      assert.ok(problem instanceof Problem);
      assert.equal(problem.why, message);
      assert.match(problem.fix, new RegExp(`ops -- ${command} --env dev`));
    });

  for (const [more, fix] of [
    [{ name: 'SignatureDoesNotMatch' }, /aws sso login/],
    [{ name: 'RequestExpired' }, /aws sso login/],
    [{ name: 'Error', code: 'SELF_SIGNED_CERT_IN_CHAIN' }, /NODE_EXTRA_CA_CERTS/],
    [{ name: 'SyntaxError' }, /proxy or a login page/],
  ] as const)
    it(`has a way out: ${Object.values(more).join(', ')}`, async () => {
      const { environment } = await startAws({});
      const said = `Unexpected token '<'\n  Deserialization error: to see the raw response, inspect …`;
      const problem = explained(Object.assign(new Error(said), more), environment);
      assert.ok(problem instanceof Problem);
      assert.match(problem.fix, fix);
    });

  it('stays as it is where nobody knows it', async () => {
    const { environment } = await startAws({});
    const unknown = error('ClientException', 'Something else.');
    assert.equal(explained(unknown, environment), unknown);
  });
});

describe('a stack without an output', () => {
  it('is deployed by the command that deploys it', async () => {
    const target = await startAws({
      DescribeStacks: () =>
        '<R><DescribeStacksResult><Stacks><member><StackName>a</StackName></member></Stacks></DescribeStacksResult></R>',
    });
    for (const [stack, command] of [
      ['foundation', 'stacks'],
      ['release', 'deploy'],
      ['service', 'deploy'],
    ] as const)
      await assert.rejects(stackOutput(target, stack, 'Url'), (problem: Problem) =>
        problem.fix.includes(`ops -- ${command} --env dev`),
      );
  });
});
