import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { readTrail } from '../lib/constructs/trail.ts';
import { parseSettings } from '../lib/settings.ts';
import { assertLogicalIds } from './logical-ids.ts';
import { forEachEnvironment, settings, template } from './synthesized.ts';

describe('the trail', () => {
  it('is there in each account', () => {
    const accounts = settings.environments.filter(readTrail).map(({ account }) => account);
    const known = settings.environments.map(({ account }) => account);
    assert.deepEqual(new Set(accounts), new Set(known));
  });

  it('is refused with a record that is shorter than what AWS keeps by itself', () => {
    const json = JSON.parse(readFileSync(join(__dirname, '..', 'settings.json'), 'utf8'));
    json.environments.dev.audit = { retentionDays: 30 };
    const [dev] = parseSettings(json).environments;
    assert.throws(() => dev && readTrail(dev), /audit\.retentionDays is 30\. Use a whole number from 90/);
  });
});

forEachEnvironment('the record of who did what', (environment) => {
  it('has the traffic in it: flows and requests', () => assert.ok(environment.accessLogs));

  it('can end while the service goes on: nothing of the service refers to its bucket', () => {
    const service = JSON.stringify(template(environment, 'service').toJSON());
    assert.doesNotMatch(service, /ImportValue":"[^"]*StorageLogs/);
    assert.match(service, new RegExp(`"${environment.prefix}-logs-${environment.account}`));
  });

  const trail = readTrail(environment);
  if (!trail) return;
  const audit = template(environment, 'audit');
  const { prefix, account, region } = environment;

  it('takes in every region and what belongs to none, and shows when it was tampered with', () => {
    audit.hasResourceProperties('AWS::CloudTrail::Trail', {
      TrailName: prefix,
      IsLogging: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      KMSKeyId: Match.absent(),
    });
  });

  it('lies in a bucket that is encrypted, not public and emptied in time', () => {
    audit.hasResource('AWS::S3::Bucket', {
      Properties: {
        BucketName: `${prefix}-trail-${account}-${region}`,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: trail.retentionDays, Status: 'Enabled' }] },
      },
      DeletionPolicy: environment.protected ? 'RetainExceptOnCreate' : 'Delete',
    });
  });

  it('is written by this trail alone', () => {
    const policies = Object.values(audit.findResources('AWS::S3::BucketPolicy'));
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    assert.deepEqual(allowed.map(({ Action }) => Action).sort(), ['s3:GetBucketAcl', 's3:PutObject']);
    for (const { Condition } of allowed)
      assert.deepEqual(Condition, {
        StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:${region}:${account}:trail/${prefix}` },
      });
  });

  it('keeps the logical id of its bucket', () => {
    assertLogicalIds(audit, 'AWS::S3::Bucket', ['TrailBucket6C1E344E']);
  });
});
