import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  ResourceNotFoundException,
  type ResultField,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { call } from './called.ts';
import { print, step } from './output.ts';
import { Problem } from './problem.ts';
import { operate, type Target, type TargetOptions } from './target.ts';
import { waitFor } from './wait.ts';

interface WafOptions extends TargetOptions {
  /** How far to look back. */
  hours: number;
}

/** A rule of AWS leaves its label; a rate rule has none and is named by its own name. */
const question = `parse @message "\\"name\\":\\"awswaf:managed:aws:*\\"" as label
| fields coalesce(label, nonTerminatingMatchingRules.0.ruleId, terminatingRuleId) as rule
| stats count(*) as requests, count_distinct(httpRequest.clientIp) as clients
    by rule, action, httpRequest.httpMethod, httpRequest.uri
| sort requests desc
| limit 50`;

const patienceSeconds = 120;

async function ask({ environment, client }: Target, hours: number): Promise<string> {
  const endTime = Math.floor(Date.now() / 1000);
  try {
    const { queryId = '' } = await client(CloudWatchLogsClient).send(
      new StartQueryCommand({
        logGroupName: `aws-waf-logs-${environment.prefix}`,
        startTime: endTime - hours * 3600,
        endTime,
        queryString: question,
      }),
    );
    return queryId;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new Problem({
      what: `There is no log of the firewall of ${environment.prefix}.`,
      why: environment.waf ? 'It was not deployed yet.' : 'infra/settings.json has no block waf for it.',
      fix: 'docs/runbooks/waf.md',
    });
  }
}

async function answerTo(queryId: string, { client, environment }: Target): Promise<ResultField[][]> {
  const look = async () => {
    const { status, results = [] } = await client(CloudWatchLogsClient).send(
      new GetQueryResultsCommand({ queryId }),
    );
    if (status === 'Complete') return results;
    if (status === 'Scheduled' || status === 'Running') return undefined;
    throw unanswered(`The query ended as ${status}.`, environment.name);
  };
  return waitFor(look, patienceSeconds, () => unanswered('The query takes too long.', environment.name));
}

function unanswered(why: string, environment: string): Problem {
  const fix = `Ask for less: ${call} waf --env ${environment} --hours 24`;
  return new Problem({ what: 'CloudWatch did not answer.', why, fix });
}

/**
 * Prints which rules of the firewall have matched, on which paths and how often: what they stopped (BLOCK), and what
 * they only counted (ALLOW). Changes nothing.
 */
export async function waf({ hours, ...options }: WafOptions): Promise<void> {
  const what = ({ prefix }: { prefix: string }) =>
    `asks what the firewall of ${prefix} matched in the last ${hours} hours`;
  await operate(options, { what, changes: false }, async (target) => {
    const rows = await answerTo(await ask(target, hours), target);
    step(rows.length > 0 ? 'rule, action, method, path, requests, clients' : 'nothing matched');
    // CloudWatch leaves a field out where a request had none.
    const columns = ['rule', 'action', 'httpRequest.httpMethod', 'httpRequest.uri', 'requests', 'clients'];
    for (const row of rows) {
      const values = new Map(row.map(({ field, value }) => [field, value]));
      print(columns.map((column) => values.get(column) ?? '-').join('\t'));
    }
  });
}
