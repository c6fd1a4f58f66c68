import { Duration, Validations } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import type { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import { bucketName } from './storage.ts';

export interface BuildProps {
  readonly environment: Environment;
  readonly repository: Repository;
  readonly bucket: IBucket;
  readonly logGroup: LogGroup;
}

/** Builds and pushes the image for those who have no Docker. */
export class Build extends Construct {
  readonly project: codebuild.Project;

  constructor(scope: Construct, id: string, props: BuildProps) {
    super(scope, id);
    const { environment, repository, bucket, logGroup } = props;
    const { context, dockerfile, target, wholeRepo } = environment.container;
    this.project = new codebuild.Project(this, 'Project', {
      projectName: `${environment.prefix}-build`,
      // A build names its own zip (`--source-location-override BUCKET/TAG.zip`), so two at once do not mix.
      role: this.role(props).withoutPolicyUpdates(),
      source: codebuild.Source.s3({ bucket, path: 'source.zip' }),
      ...(wholeRepo && { buildSpec: codebuild.BuildSpec.fromSourceFilename('infra/buildspec.yml') }),
      environment: {
        // The same processor as the task's: an image for the other one would not start.
        buildImage:
          environment.architecture === 'arm64'
            ? codebuild.LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0
            : codebuild.LinuxBuildImage.AMAZON_LINUX_2023_6,
        computeType: codebuild.ComputeType.SMALL,
        // Docker runs inside the build.
        privileged: true,
      },
      environmentVariables: {
        REPOSITORY_URI: { value: repository.repositoryUri },
        ...(wholeRepo && {
          CONTEXT: { value: context },
          DOCKERFILE: { value: dockerfile },
          TARGET: { value: target ?? '' },
        }),
      },
      logging: { cloudWatch: { logGroup } },
      timeout: Duration.minutes(30),
      grantReportGroupPermissions: false,
    });
    Validations.of(this.project).acknowledge({
      id: 'AwsSolutions-CB4',
      reason: 'The project has no artifacts to encrypt: the image goes to ECR, which encrypts it.',
    });
  }

  /**
   * Written out, as what CDK would grant is wider: other log groups, and every way to read the bucket.
   */
  private role({ environment, repository, bucket, logGroup }: BuildProps): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
    logGroup.grantWrite(role);
    repository.grantPullPush(role);
    // To skip a tag that is there already.
    repository.grant(role, 'ecr:DescribeImages');
    const zips = `arn:aws:s3:::${bucketName(environment, 'builds')}/*`;
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [zips] }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket'],
        resources: [bucket.bucketArn],
      }),
    );
    Validations.of(role).acknowledge(
      {
        id: `AwsSolutions-IAM5[Resource::${zips}]`,
        reason: 'Each build has a zip of its own in this bucket.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Logging in to the registry knows no resource; pushing is bound to the repository.',
      },
    );
    return role;
  }
}
