import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CostExplorerClient,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  type ResultByTime,
} from '@aws-sdk/client-cost-explorer';
import { type CostRow, changedSince, compare, type Line, type Month, totalOf } from './cost-comparison.ts';
import { explained } from './explain-aws.ts';
import { print, say } from './output.ts';
import { Problem } from './problem.ts';
import { type Environment, environmentOf, readSettings, root } from './settings.ts';
import { columns } from './table.ts';
import { operate, type Target, type TargetOptions } from './target.ts';

interface CostOptions extends TargetOptions {
  /** Only the estimate, without asking AWS. */
  estimate?: boolean;
}

/** `ops/costs.json`: what docs/costs.md shows, as data. */
interface Estimate {
  pricesAsOf: string;
  pricesRegion: string;
  /** What a small app pays beside it for traffic, logs, storage and images, in US dollars. */
  usageRange: string;
  environments: Record<string, { assumes: Record<string, unknown>; rows: CostRow[] }>;
}

/** Cost Explorer answers in this region alone. */
const billingRegion = 'us-east-1';

const runbook = 'docs/runbooks/costs-and-teardown.md';

function readEstimate(): Estimate {
  return JSON.parse(readFileSync(join(root, 'ops/costs.json'), 'utf8'));
}

const day = (date: Date) => date.toISOString().slice(0, 10);

/** The month before this one and this one until today; Cost Explorer does not count the last day. */
export function twoMonths(now: Date): { Start: string; End: string } {
  const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  return { Start: day(start), End: day(new Date(now.getTime() + 86_400_000)) };
}

async function ask({ client }: Target, now: Date): Promise<ResultByTime[]> {
  const question: GetCostAndUsageCommandInput = {
    TimePeriod: twoMonths(now),
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost'],
    GroupBy: [{ Type: 'DIMENSION', Key: 'SERVICE' }],
  };
  const found: ResultByTime[] = [];
  let NextPageToken: string | undefined;
  do {
    const command = new GetCostAndUsageCommand({ ...question, NextPageToken });
    const page = await client(CostExplorerClient, billingRegion).send(command);
    found.push(...(page.ResultsByTime ?? []));
    NextPageToken = page.NextPageToken;
  } while (NextPageToken);
  return found;
}

/** What the account has cost: last month, and this one so far. */
async function billOf(target: Target, now: Date): Promise<[Month, Month]> {
  const months: [Map<string, number>, Map<string, number>] = [new Map(), new Map()];
  const { Start: lastMonth } = twoMonths(now);
  for (const { TimePeriod, Groups = [] } of await ask(target, now)) {
    const month = TimePeriod?.Start === lastMonth ? months[0] : months[1];
    for (const { Keys: [service = ''] = [], Metrics } of Groups)
      month.set(service, Number(Metrics?.UnblendedCost?.Amount ?? 0));
  }
  return months;
}

/** Not to be allowed to see the bill is no failure; everything else is. */
function refusal(error: unknown, environment: Environment): Problem {
  const problem = explained(error, environment);
  const unseen = error instanceof Error && /AccessDenied|DataUnavailable/.test(error.name);
  if (unseen && error instanceof Error)
    return new Problem({
      what: 'What it has cost is not shown.',
      why: error.message,
      fix: `Ask for ce:GetCostAndUsage. A new account has figures after a day: ${runbook}`,
    });
  throw problem;
}

const usd = (amount: number | undefined) => (amount === undefined ? '–' : amount.toFixed(2)).padStart(9);

function row({ service, items, estimate, actual }: Line): string[] {
  return [items.join(', ') || service, usd(estimate), ...actual.map(usd)];
}

function show(lines: readonly Line[], months: readonly string[]): void {
  const { estimate, actual } = totalOf(lines);
  const head = ['USD', 'estimate', ...months].map((title, index) =>
    index === 0 ? title : title.padStart(9),
  );
  print(columns([head, ...lines.map(row), ['together', usd(estimate), ...actual.map(usd)]]));
}

function notes(
  environment: Environment,
  { assumes }: { assumes: Record<string, unknown> },
  data: Estimate,
): void {
  const { pricesAsOf, pricesRegion, usageRange } = data;
  say(
    `The estimate is for a month with one task of each kind running all day, without VAT and without ${usageRange} USD`,
  );
  say(`for traffic, logs, storage and images; list prices of ${pricesAsOf} in ${pricesRegion}.`);
  const now = { ...environment, instanceClass: environment.database?.instanceClass };
  const changed = changedSince(assumes, now);
  if (changed.length > 0) say(`note: infra/settings.json has ${changed.join(', ')}: the bill will differ.`);
}

/** Prints what an environment should cost a month, and beside it what its account has cost. */
export async function costs(options: CostOptions): Promise<void> {
  const data = readEstimate();
  const environment = environmentOf(readSettings(), options.env);
  const own = data.environments[environment.name];
  if (!own)
    throw new Problem({
      what: `There is no estimate for ${environment.name}.`,
      why: 'ops/costs.json does not have it: infra/settings.json was edited by hand.',
      fix: 'npx generator-vibely environment, which writes both',
    });
  if (options.estimate) {
    show(compare(own.rows, []), []);
    notes(environment, own, data);
    return;
  }
  const what = ({ account }: Environment) => `asks what account ${account} has cost, for 0.01 USD`;
  await operate(options, { what, changes: false }, async (target) => {
    const bill = await billOf(target, new Date()).catch((error) => refusal(error, environment));
    if (bill instanceof Problem) {
      show(compare(own.rows, []), []);
      say(`note: ${bill.message}\n  why: ${bill.why}\n  fix: ${bill.fix}`);
    } else {
      show(compare(own.rows, bill), ['last month', 'so far']);
      say('What was charged is the whole account, whoever shares it.');
    }
    notes(environment, own, data);
  });
}
