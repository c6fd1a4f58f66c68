import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Environment } from '../settings.ts';

/** A bucket's name is unique in the world, hence the account and the region in it. */
export function bucketName({ prefix, account, region }: Environment, kind: string): string {
  return `${prefix}-${kind}-${account}-${region}`;
}

/** The buckets. None is public, all are encrypted and speak TLS only. */
export class Storage extends Construct {
  /** Access and flow logs, where they are kept. */
  readonly logs: s3.Bucket | undefined;
  /** What users upload. */
  readonly assets: s3.Bucket;
  /** Zipped sources on their way to CodeBuild. */
  readonly builds: s3.Bucket;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly environment: Environment },
  ) {
    super(scope, id);
    const { environment } = props;
    if (environment.accessLogs) this.logs = this.logsBucket();
    this.assets = this.bucket('Assets', {
      versioned: environment.production,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          ...(environment.production && { noncurrentVersionExpiration: Duration.days(30) }),
        },
      ],
      ...(environment.frontendOrigin && { cors: [uploadsFrom(environment.frontendOrigin)] }),
    });
    this.builds = this.bucket('Builds', {
      lifecycleRules: [{ expiration: Duration.days(7) }],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // For the commands `db` of ops/. A dump is a copy of everybody's data: it must not lie around.
    if (environment.database) this.bucket('Dumps', { lifecycleRules: [{ expiration: Duration.days(30) }] });
  }

  private logsBucket(): s3.Bucket {
    const days = this.props.environment.logRetentionDays;
    return this.bucket('Logs', { lifecycleRules: [{ expiration: Duration.days(days) }] });
  }

  private bucket(id: string, props: s3.BucketProps): s3.Bucket {
    const { protected: kept } = this.props.environment;
    const kind = id.toLowerCase();
    const bucket = new s3.Bucket(this, id, {
      bucketName: bucketName(this.props.environment, kind),
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // Kept when the stack goes, yet removed when its very creation fails: the name has to be free again
      // for the next attempt. Emptying a bucket with the stack would take a Lambda function; the teardown
      // runbook does it.
      removalPolicy: kept ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
      ...(this.logs && { serverAccessLogsBucket: this.logs, serverAccessLogsPrefix: `s3/${kind}/` }),
      ...props,
    });
    if (!this.logs)
      Validations.of(bucket).acknowledge({
        id: 'AwsSolutions-S1',
        reason:
          'Access logs are kept where settings.json says so, and the bucket that holds them has none itself.',
      });
    return bucket;
  }
}

/** Lets the browser send a file straight to S3, to an address that the backend has signed. */
function uploadsFrom(origin: string): s3.CorsRule {
  return {
    allowedOrigins: [origin],
    allowedMethods: [s3.HttpMethods.PUT],
    allowedHeaders: ['content-type', 'content-length', 'x-amz-*'],
    exposedHeaders: ['ETag'],
    maxAge: 3000,
  };
}
