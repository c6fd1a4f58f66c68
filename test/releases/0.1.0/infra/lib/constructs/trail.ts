import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';
import { bucketName } from './storage.ts';

export interface TrailSettings {
  /** How long the record is kept. */
  readonly retentionDays: number;
}

export interface TrailProps {
  readonly environment: Environment;
  readonly settings: TrailSettings;
}

/** What settings.json says about the trail; undefined where there is none: an account needs one, not two. */
export function readTrail(environment: Environment): TrailSettings | undefined {
  return environment.part('audit', (part) => ({ retentionDays: part.integer('retentionDays', 90, 3650) }));
}

/** Records who did what in the account: each call that changes something or looks at it, in every region. */
export class Trail extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TrailProps,
  ) {
    super(scope, id);
    const { prefix, account, region } = props.environment;
    const bucket = this.bucket();
    this.admit(bucket, `arn:aws:cloudtrail:${region}:${account}:trail/${prefix}`);
    const trail = new CfnTrail(this, 'Trail', {
      trailName: prefix,
      s3BucketName: bucket.bucketName,
      isLogging: true,
      // Users and roles live in no region, and an intruder would choose one that nobody looks at.
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      // Signed digests: a file that was changed or deleted afterwards shows.
      enableLogFileValidation: true,
    });
    if (bucket.policy) trail.node.addDependency(bucket.policy);
  }

  private bucket(): s3.Bucket {
    const { environment, settings } = this.props;
    const bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: bucketName(environment, 'trail'),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(settings.retentionDays) }],
      removalPolicy: environment.protected ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'It is a log itself. Whether a file in it was touched is told by the digests.',
    });
    return bucket;
  }

  /** Only this trail, or CloudTrail could be made to write here on somebody else's behalf. */
  private admit(bucket: s3.Bucket, trail: string): void {
    const statement = {
      principals: [new ServicePrincipal('cloudtrail.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceArn': trail } },
    };
    bucket.addToResourcePolicy(
      new PolicyStatement({ ...statement, actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn] }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        ...statement,
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`AWSLogs/${this.props.environment.account}/*`)],
      }),
    );
  }
}
