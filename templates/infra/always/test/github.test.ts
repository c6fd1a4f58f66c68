import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Environment } from '../lib/settings.ts';
import { GithubStack } from '../lib/stacks/github-stack.ts';
import { like, otherApp } from './synthesized.ts';

const account = '222222222222';
const region = 'eu-central-1';
const environment = like({
  app: 'shop',
  name: 'prod',
  prefix: 'shop-prod',
  account,
  region,
  imagesFrom: '111111111111',
  secrets: ['STRIPE_API_KEY'],
});

describe('the GitHub role', () => {
  const template = githubStack('create');
  const statements: Statement[] = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    (policy) => policy.Properties.PolicyDocument.Statement,
  );

  it('is for jobs of this repository in this GitHub environment, whichever form their subject has', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'shop-prod-github',
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
              StringLike: {
                'token.actions.githubusercontent.com:sub': [
                  'repo:acme/shop:environment:prod',
                  'repo:acme@*/shop@*:environment:prod',
                ],
              },
            },
          }),
        ],
      },
    });
  });

  it('deploys with the roles of the CDK bootstrap', () => {
    assert.deepEqual(
      resourcesOf('sts:AssumeRole'),
      ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(
        (role) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${role}-role-${account}-${region}`,
      ),
    );
  });

  it('pushes to its own registry only, and pulls from the one that images are promoted from', () => {
    const own = `arn:aws:ecr:${region}:${account}:repository/shop-prod`;
    assert.deepEqual(resourcesOf('ecr:PutImage'), [own]);
    const dev = `arn:aws:ecr:${region}:111111111111:repository/shop-dev`;
    assert.deepEqual(resourcesOf('ecr:BatchGetImage').sort(), [dev, own]);
  });

  it('reads this environment only', () => {
    assert.deepEqual(resourcesOf('logs:FilterLogEvents'), [
      `arn:aws:logs:${region}:${account}:log-group:/shop/prod/*`,
    ]);
    assert.deepEqual(resourcesOf('cloudformation:DescribeStacks'), [
      `arn:aws:cloudformation:${region}:${account}:stack/shop-prod-*/*`,
    ]);
    assert.ok(
      resourcesOf('ssm:GetParameters').includes(
        `arn:aws:ssm:${region}:${account}:parameter/shop/prod/STRIPE_API_KEY`,
      ),
    );
  });

  it('has no wildcard for an action, and one for a resource only where AWS knows no resource', () => {
    assert.deepEqual(
      statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*')),
      [],
    );
    assert.deepEqual(
      statements
        .filter(({ Resource }) => Resource === '*')
        .flatMap(({ Action }) => Action)
        .sort(),
      ['ecr:GetAuthorizationToken', 'ecs:DescribeTaskDefinition', 'ecs:ListTasks'],
    );
  });

  function resourcesOf(action: string): string[] {
    return statements
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => Resource);
  }
});

describe('the GitHub provider', () => {
  it('is created once and outlives its stack, as other repositories may use it', () => {
    githubStack('create').hasResource('AWS::IAM::OIDCProvider', {
      Properties: {
        Url: 'https://token.actions.githubusercontent.com',
        ClientIdList: ['sts.amazonaws.com'],
      },
      DeletionPolicy: 'RetainExceptOnCreate',
    });
  });

  it('is imported where the account has one', () => {
    const template = githubStack('import');
    template.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    assert.deepEqual(role?.Properties.AssumeRolePolicyDocument.Statement[0].Principal, {
      Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    });
  });
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

function githubStack(provider: Environment['githubOidcProvider']): Template {
  return Template.fromStack(new GithubStack(otherApp(), { environment, repository: 'acme/shop', provider }));
}
