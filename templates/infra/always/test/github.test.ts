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
  const statements = statementsOf(template, 'shop-prod-github');

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
    const roles = ['deploy', 'file-publishing', 'image-publishing', 'lookup'].map(bootstrapRole);
    assert.deepEqual(assumedBy(template, 'shop-prod-github'), roles);
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
      resourcesOf('ssm:GetParameters').includes(`arn:aws:ssm:${region}:${account}:parameter/shop/prod/*`),
    );
  });

  it('wakes up what was put to sleep in this environment', () => {
    const service = `arn:aws:ecs:${region}:${account}:service/shop-prod/*`;
    assert.deepEqual(resourcesOf('ecs:UpdateService'), [service]);
    assert.deepEqual(resourcesOf('scheduler:UpdateSchedule'), [
      `arn:aws:scheduler:${region}:${account}:schedule/default/shop-prod-*`,
    ]);
    const database = environment.database ? [`arn:aws:rds:${region}:${account}:db:shop-prod`] : [];
    assert.deepEqual(resourcesOf('rds:StartDBInstance'), database);
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
      [
        'application-autoscaling:DescribeScalableTargets',
        'ecr:GetAuthorizationToken',
        'ecs:DescribeTaskDefinition',
        'ecs:ListTasks',
        'scheduler:ListSchedules',
      ],
    );
  });

  function resourcesOf(action: string): string[] {
    return statements
      .filter(({ Action }) => [Action].flat().includes(action))
      .flatMap(({ Resource }) => Resource);
  }
});

describe('the drift role', () => {
  const template = githubStack('create');

  it('is for the branch of the deployments, and for no GitHub environment, whose reviewer would be asked every night', () => {
    const { branch } = like({});
    template.hasResourceProperties('AWS::IAM::Role', {
      RoleName: 'shop-prod-drift',
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Condition: Match.objectLike({
              StringLike: {
                'token.actions.githubusercontent.com:sub': [
                  `repo:acme/shop:ref:refs/heads/${branch}`,
                  `repo:acme@*/shop@*:ref:refs/heads/${branch}`,
                ],
              },
            }),
          }),
        ],
      },
    });
  });

  it('may look, and nothing else', () => {
    assert.deepEqual(assumedBy(template, 'shop-prod-drift'), [bootstrapRole('lookup')]);
    assert.equal(statementsOf(template, 'shop-prod-drift').length, 1);
  });
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
    const [role] = Object.values(
      template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'shop-prod-github' } }),
    );
    assert.deepEqual(role?.Properties.AssumeRolePolicyDocument.Statement[0].Principal, {
      Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    });
  });
});

interface Statement {
  Action: string | string[];
  Resource: string | string[];
}

function bootstrapRole(kind: string): string {
  return `arn:aws:iam::${account}:role/cdk-hnb659fds-${kind}-role-${account}-${region}`;
}

function statementsOf(template: Template, roleName: string): Statement[] {
  const [id] = Object.keys(template.findResources('AWS::IAM::Role', { Properties: { RoleName: roleName } }));
  const policies = template.findResources('AWS::IAM::Policy', { Properties: { Roles: [{ Ref: id }] } });
  return Object.values(policies).flatMap((policy) => policy.Properties.PolicyDocument.Statement);
}

function assumedBy(template: Template, roleName: string): string[] {
  const statements = statementsOf(template, roleName).filter(({ Action }) => Action === 'sts:AssumeRole');
  return statements.flatMap(({ Resource }) => Resource);
}

function githubStack(provider: Environment['githubOidcProvider']): Template {
  return Template.fromStack(new GithubStack(otherApp(), { environment, repository: 'acme/shop', provider }));
}
