import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { forEachEnvironment, like, otherApp, template } from './synthesized.ts';

forEachEnvironment('images', (environment) => {
  const foundation = template(environment, 'foundation');

  it('are scanned when pushed, and their tags never move', () => {
    foundation.hasResourceProperties('AWS::ECR::Repository', {
      RepositoryName: environment.prefix,
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
    });
  });

  it('are kept for roll-backs: thirty of them, however old', () => {
    const [repository] = Object.values(foundation.findResources('AWS::ECR::Repository'));
    const { rules } = JSON.parse(repository?.Properties.LifecyclePolicy.LifecyclePolicyText);
    assert.deepEqual(
      rules.map((rule: { selection: unknown }) => rule.selection),
      [{ tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 30 }],
    );
  });

  it('are built on the processor that the task runs on, from a zip in S3', () => {
    const builds = Object.keys(foundation.findResources('AWS::S3::Bucket')).find((id) => /Builds/.test(id));
    foundation.hasResourceProperties('AWS::CodeBuild::Project', {
      Name: `${environment.prefix}-build`,
      Environment: {
        PrivilegedMode: true,
        Type: environment.architecture === 'arm64' ? 'ARM_CONTAINER' : 'LINUX_CONTAINER',
        EnvironmentVariables: Match.arrayWith([Match.objectLike({ Name: 'REPOSITORY_URI' })]),
      },
      Source: { Type: 'S3', Location: { 'Fn::Join': ['', [{ Ref: builds }, '/source.zip']] } },
      LogsConfig: { CloudWatchLogs: { Status: 'ENABLED' } },
    });
  });
});

describe('the image registry', () => {
  const account = '111111111111';

  it('lets the account pull that the images are promoted to', () => {
    registryOf({ account, imagesTo: ['222222222222'] }).hasResourceProperties('AWS::ECR::Repository', {
      RepositoryPolicyText: {
        Statement: [
          {
            Sid: 'PromoteImages',
            Effect: 'Allow',
            Principal: { AWS: 'arn:aws:iam::222222222222:root' },
            Action: [
              'ecr:BatchCheckLayerAvailability',
              'ecr:BatchGetImage',
              'ecr:DescribeImages',
              'ecr:GetDownloadUrlForLayer',
            ],
          },
        ],
      },
    });
  });

  it('lets every such account pull where there are several', () => {
    const imagesTo = ['222222222222', account, '333333333333'];
    registryOf({ account, imagesTo }).hasResourceProperties('AWS::ECR::Repository', {
      RepositoryPolicyText: {
        Statement: [
          Match.objectLike({
            Principal: { AWS: ['arn:aws:iam::222222222222:root', 'arn:aws:iam::333333333333:root'] },
          }),
        ],
      },
    });
  });

  it('is open to no other account where both environments share one', () => {
    registryOf({ account, imagesTo: [account] }).hasResourceProperties('AWS::ECR::Repository', {
      RepositoryPolicyText: Match.absent(),
    });
  });

  function registryOf(changes: Parameters<typeof like>[0]): Template {
    return Template.fromStack(new FoundationStack(otherApp(), { environment: like(changes) }));
  }
});
