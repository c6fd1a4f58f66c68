import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Environment } from '../lib/settings.ts';
import { FoundationStack } from '../lib/stacks/foundation-stack.ts';
import { forEachEnvironment, like, otherApp, template } from './synthesized.ts';

forEachEnvironment('the buckets', (environment) => {
  const foundation = template(environment, 'foundation');
  const buckets = Object.entries(foundation.findResources('AWS::S3::Bucket'));

  it('are named after app, environment, account and region', () => {
    const names = buckets.map(([, bucket]) => bucket.Properties.BucketName);
    const expected = [
      'assets',
      'builds',
      ...(environment.database ? ['dumps'] : []),
      ...(environment.accessLogs ? ['logs'] : []),
    ].map((kind) => `${environment.prefix}-${kind}-${environment.account}-${environment.region}`);
    assert.deepEqual(names.sort(), expected);
  });

  it('are not public and are encrypted by S3', () => {
    foundation.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
  });

  it('refuse whatever does not come over TLS', () => {
    for (const [id] of buckets)
      foundation.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
  });

  it('survive their stack where the environment is protected', () => {
    for (const [id, bucket] of buckets) {
      const kept = environment.protected && !id.startsWith('StorageBuilds');
      assert.equal(bucket.DeletionPolicy, kept ? 'RetainExceptOnCreate' : 'Delete', id);
    }
  });

  it('keep old versions of uploads in production', () => {
    foundation.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.stringLikeRegexp('-assets-'),
      VersioningConfiguration: environment.production ? { Status: 'Enabled' } : Match.absent(),
    });
  });

  it('log who reads them where access is logged, except the one with the logs', () => {
    for (const [, { Properties }] of buckets) {
      const logged = environment.accessLogs && !Properties.BucketName.includes('-logs-');
      assert.equal(Properties.LoggingConfiguration !== undefined, logged, Properties.BucketName);
    }
  });
});

describe('uploads', () => {
  it('come from the front end and from no other origin', () => {
    foundationOf(like({ frontendOrigin: 'https://shop.example.com' })).hasResourceProperties(
      'AWS::S3::Bucket',
      {
        BucketName: Match.stringLikeRegexp('-assets-'),
        CorsConfiguration: {
          CorsRules: [
            Match.objectLike({ AllowedOrigins: ['https://shop.example.com'], AllowedMethods: ['PUT'] }),
          ],
        },
      },
    );
  });

  it('come from no browser where there is no front end', () => {
    const foundation = foundationOf(like({ frontendOrigin: undefined }));
    foundation.allResourcesProperties('AWS::S3::Bucket', { CorsConfiguration: Match.absent() });
  });
});

function foundationOf(environment: Environment): Template {
  return Template.fromStack(new FoundationStack(otherApp(), { environment }));
}
