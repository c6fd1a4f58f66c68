import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Emulator, startEmulator } from './support/aws.ts';
import { type Faults, startFaults } from './support/faults.ts';
import { venv } from './support/paths.ts';
import { run } from './support/process.ts';

describe('the proxy that puts faults into AWS', { concurrency: 1 }, () => {
  let emulator: Emulator;
  let faults: Faults;
  before(async () => {
    emulator = await startEmulator();
    faults = await startFaults(emulator.environment.AWS_ENDPOINT_URL as string);
    await ask(
      'api("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})',
    );
  });
  after(async () => {
    faults.close();
    await emulator.server.stop();
  });
  beforeEach(() => faults.clear());

  /** What a program with the AWS SDK and without retries gets: one line. */
  const ask = async (program: string, codes = [0]) => {
    const prelude = `import boto3, botocore\nfrom botocore.config import Config\n\ndef api(name): return boto3.client(name, region_name="eu-central-1", config=Config(retries={"max_attempts": 0}))\n`;
    const env = { ...emulator.environment, AWS_ENDPOINT_URL: faults.url };
    const { stdout, stderr } = await run(join(venv, 'python'), ['-c', prelude + program], { env, codes });
    return stdout + stderr;
  };
  const calls: Record<string, [string, RegExp, RegExp]> = {
    'ecs:ListClusters': ['api("ecs").list_clusters()', /ThrottlingException/, /AccessDeniedException/],
    'cloudformation:ListStacks': ['api("cloudformation").list_stacks()', /Throttling\b/, /AccessDenied\b/],
    'ec2:DescribeVpcs': ['api("ec2").describe_vpcs()', /RequestLimitExceeded/, /UnauthorizedOperation/],
    's3:CreateMultipartUpload': [
      'api("s3").create_multipart_upload(Bucket="bucket", Key="key")',
      /SlowDown/,
      /AccessDenied/,
    ],
  };

  for (const [name, [program, throttling, refusal]] of Object.entries(calls)) {
    const [service, operation] = name.split(':') as [string, string];
    it(`answers ${name} with what AWS would say, once, and then lets it through`, async () => {
      faults.inject({ service, operation, trouble: 'throttled', times: 1 });
      assert.match(await ask(program, [1]), throttling);
      assert.equal(faults.hits(), 1);
      await ask(program);
      assert.deepEqual(faults.calls(), [name, name]);
      faults.inject({ service, operation, trouble: 'denied' });
      assert.match(await ask(program, [1]), refusal);
    });
  }

  it('breaks the connection, at once or in the middle of an upload', async () => {
    faults.inject({ operation: 'ListClusters', trouble: 'reset', times: 1, after: 1 });
    await ask('api("ecs").list_clusters()');
    assert.match(
      await ask('api("ecs").list_clusters()', [1]),
      /Connection (was closed|reset|aborted)|reset/i,
    );
    faults.inject({ service: 's3', operation: 'PutObject', trouble: { cutAfterBytes: 100_000 }, times: 1 });
    const upload = 'api("s3").put_object(Bucket="bucket", Key="large", Body=b"x" * 8_000_000)';
    assert.match(await ask(upload, [1]), /Connection|reset|Broken pipe/i);
    assert.match(await ask('api("s3").head_object(Bucket="bucket", Key="large")', [1]), /404/);
    await ask(upload);
    await ask('assert api("s3").head_object(Bucket="bucket", Key="large")["ContentLength"] == 8_000_000');
  });

  it('lets an answer come late', async () => {
    faults.inject({ operation: 'ListClusters', trouble: { delayMs: 700 }, times: 1 });
    const start = Date.now();
    await ask('api("ecs").list_clusters()');
    assert.ok(Date.now() - start > 700);
    assert.equal(faults.hits(), 1);
  });
});
