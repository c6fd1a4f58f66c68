/**
 * What AWS leaves behind when an app is used, and the emulator, which nobody uses, does not: lines of the firewall,
 * files of the trail, a message of the scheduler. In the form that AWS documents.
 */
import { gzipSync } from 'node:zlib';
import { region } from './aws.ts';
import type { RunResult } from './process.ts';

type Shell = (command: string) => Promise<RunResult>;

const quoted = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;

/** Three requests that the firewall had something to say about: two that a rule of ours counted, one that AWS stopped. */
export async function recordMatches(sh: Shell, group: string): Promise<void> {
  const request = (clientIp: string, uri: string) => ({ clientIp, uri, httpMethod: 'GET' });
  const counted = {
    action: 'ALLOW',
    terminatingRuleId: 'Default_Action',
    nonTerminatingMatchingRules: [{ ruleId: 'RateLimit', action: 'COUNT' }],
    httpRequest: request('203.0.113.7', '/api/notes'),
  };
  const stopped = {
    action: 'BLOCK',
    terminatingRuleId: 'KnownBadInputsRuleSet',
    nonTerminatingMatchingRules: [],
    httpRequest: request('203.0.113.8', '/.env'),
    labels: [{ name: 'awswaf:managed:aws:known-bad-inputs:ExploitablePaths_URIPath' }],
  };
  const timestamp = Date.now() - 60_000;
  const events = [counted, counted, stopped].map((line) => ({ timestamp, message: JSON.stringify(line) }));
  const stream = `--log-group-name ${group} --log-stream-name ${region}_shop-dev_0`;
  await sh(`aws logs create-log-stream ${stream}`);
  await sh(`aws logs put-log-events ${stream} --log-events ${quoted(events)}`);
}

/** A file of today in the trail's bucket, with two calls. */
export async function recordCalls(sh: Shell, account: string): Promise<void> {
  const call = (eventName: string, requestParameters: object) => ({
    eventTime: new Date().toISOString(),
    userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${account}:assumed-role/person/ada@example.com` },
    eventName,
    requestParameters,
    sourceIPAddress: '203.0.113.7',
  });
  const Records = [
    call('UpdateService', { cluster: 'shop-dev', service: 'shop-dev' }),
    call('ListBuckets', {}),
  ];
  const file = gzipSync(JSON.stringify({ Records })).toString('base64');
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const key = `AWSLogs/${account}/CloudTrail/${region}/${day}/calls.json.gz`;
  await sh(`base64 -d <<<'${file}' | aws s3 cp - s3://shop-dev-trail-${account}-${region}/${key}`);
}

/** What the scheduler puts aside when it could not start a job. */
export async function recordMissedRun(sh: Shell, queue: string): Promise<void> {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const attributes = {
    SCHEDULE_ARN: text('arn:aws:scheduler:eu-central-1:123456789012:schedule/default/shop-dev-cleanup'),
    ERROR_MESSAGE: text('No room for another task'),
  };
  const url = `"$(aws sqs get-queue-url --queue-name ${queue} --output text)"`;
  await sh(
    `aws sqs send-message --queue-url ${url} --message-body '{}' --message-attributes ${quoted(attributes)}`,
  );
}
