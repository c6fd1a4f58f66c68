import { ask, reasonOf } from './ask.ts';
import { call } from './called.ts';
import { type Check, type Finding, failed, ok, runChecks } from './checks.ts';
import { healthOf } from './health.ts';
import { say, step } from './output.ts';
import { Problem } from './problem.ts';
import type { Environment } from './settings.ts';
import { addressChecks } from './smoke-address.ts';
import { streamChecks } from './smoke-stream.ts';
import { stackOutput } from './stacks.ts';
import type { Target } from './target.ts';
import { waitFor } from './wait.ts';

interface SmokeOptions {
  /** The version that is to answer; default any. */
  tag?: string;
  /**
   * How long a stream is held, in seconds; default 90, after a deployment as well: what cuts streams mostly does so
   * after 60, and nobody looks at that again before users complain.
   */
  hold?: number;
  /** How long a stream may be silent, in seconds; default 30, half of what proxies allow. */
  silence?: number;
  /** Path of the stream; default `/api/events`, and none for an app that was there before. */
  events?: string;
  /** How long the first answer may take, in seconds; default 90: DNS and a load balancer need a moment. */
  wait?: number;
}

/** What only a load balancer says that has no task yet. */
const notYet = [502, 503, 504];

/**
 * Path of the stream that is held; `undefined` where there is none. In the starter an idle time-out above the usual one
 * is there for streams; of another app only its owner knows.
 */
function streamOf({ container, idleTimeoutSeconds }: Environment, events?: string): string | undefined {
  if (container || events !== undefined) return events;
  return idleTimeoutSeconds > 60 ? '/api/events' : undefined;
}

const explainCommand = ({ name }: Environment) => `${call} explain --env ${name}`;

async function waitForAnswer(url: URL, seconds: number): Promise<void> {
  const deadline = `${url} does not answer yet: waiting for at most ${seconds} seconds`;
  let told = false;
  const look = async () => {
    try {
      const { status } = await ask(url);
      if (!notYet.includes(status)) return true;
    } catch (error) {
      // A certificate does not get better by waiting.
      if (/certificate|altname/i.test(reasonOf(error))) return true;
    }
    if (!told) step(deadline);
    told = true;
    return undefined;
  };
  // Too late is no error here: the checks will say what is wrong.
  await waitFor(look, seconds, () => new Error(deadline)).catch(() => {});
}

async function isHealthy(url: URL, environment: Environment, tag: string | undefined): Promise<Finding> {
  const { status, body } = await ask(url);
  const fix = explainCommand(environment);
  if (!healthOf(environment).isGood(status))
    return failed({
      what: `${url} answers ${status}.`,
      why: 'No task is healthy, or none has started.',
      fix,
    });
  // An app that was there before tells no version: that the service runs the image was made sure before.
  if (environment.container) return ok(`${url.pathname} answers ${status}`);
  const version = versionOf(body);
  if (tag === undefined || version === tag) return ok(`version ${version ?? 'not told'}`);
  return failed({
    what: `It serves version ${version ?? '(none told)'}, not ${tag}.`,
    why: 'The service has kept another image, or gone back to it.',
    fix,
  });
}

function versionOf(body: string): string | undefined {
  try {
    const { version } = JSON.parse(body) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

async function isReady(url: URL, environment: Environment): Promise<Finding> {
  const { status, body } = await ask(url);
  if (status === 200) return ok('what it needs answers');
  return failed({
    what: `${url} answers ${status}.`,
    why: `The service runs, but what it needs does not answer: ${body.slice(0, 200)}`,
    fix: explainCommand(environment),
  });
}

async function hasRequestId(url: URL): Promise<Finding> {
  const { headers } = await ask(url);
  if (headers['x-request-id']) return ok('X-Request-Id is there');
  return failed({
    what: 'Answers have no X-Request-Id.',
    why: 'The backend sets none, or something before it takes it away.',
    fix: 'Let the backend send it: a report of a user cannot be found in the log without it.',
  });
}

/** What a page of that origin is allowed to read; a browser compares the text. */
async function allowedOrigin(url: URL, origin: string): Promise<string | undefined> {
  return (await ask(url, { headers: { origin } })).headers['access-control-allow-origin'];
}

async function allows(url: URL, origin: string): Promise<Finding> {
  const cannot = (why: string) =>
    failed({
      what: `A page of ${origin} cannot call the API.`,
      why,
      fix: 'Set frontendOrigin in infra/settings.json as the browser shows it, and deploy: docs/runbooks/vercel.md',
    });
  const fits = (allowed: string | undefined) => allowed === origin || allowed === '*';
  const allowed = await allowedOrigin(url, origin);
  if (!fits(allowed)) return cannot(`Access-Control-Allow-Origin is ${allowed ?? 'missing'}.`);
  // What a browser asks before a call that no form could make, such as one with JSON.
  const { status, headers } = await ask(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'content-type',
    },
  });
  const named = headers['access-control-allow-origin'];
  if (status >= 200 && status < 300 && fits(named)) return ok(`${origin} may call`);
  return cannot(
    `The preflight, OPTIONS, is answered with ${status}, and Access-Control-Allow-Origin is ${named ?? 'missing'}.`,
  );
}

const nobodyAllowed = async (): Promise<Finding> =>
  ok('not asked: frontendOrigin is null in infra/settings.json, so no page of another origin may call');

async function refusesOthers(url: URL): Promise<Finding> {
  const stranger = 'https://stranger.example';
  const allowed = await allowedOrigin(url, stranger);
  if (allowed !== '*' && allowed !== stranger) return ok(`${stranger} may not`);
  return failed({
    what: 'A page of any origin may call the API.',
    why: `Asked from ${stranger}, Access-Control-Allow-Origin is ${allowed}.`,
    fix: 'Let the backend allow the origin of the front end alone: FRONTEND_ORIGIN',
  });
}

function starterChecks(url: URL, health: URL, environment: Environment): Check[] {
  const { frontendOrigin: origin } = environment;
  return [
    { name: 'ready', look: () => isReady(new URL('/ready', url), environment) },
    { name: 'request id', look: () => hasRequestId(health) },
    { name: 'cors', look: () => refusesOthers(health) },
    { name: 'cors', look: origin ? () => allows(health, origin) : nobodyAllowed },
  ];
}

function checksOf(url: URL, balancer: string | undefined, environment: Environment, options: SmokeOptions) {
  const { tag, hold = 90, silence = 30 } = options;
  const health = new URL(healthOf(environment).path, url);
  const checks: Check[] = [
    ...addressChecks(url, balancer, environment),
    { name: 'health', look: () => isHealthy(health, environment, tag) },
  ];
  // What the starter's backend promises, and another app may do in its own way.
  if (!environment.container) checks.push(...starterChecks(url, health, environment));
  const events = streamOf(environment, options.events);
  if (events === undefined) return checks;
  const replay = !environment.container;
  return [...checks, ...streamChecks(new URL(events, url), { hold, silence, replay })];
}

/** A failed connection, as something to mend. */
function unanswered(error: unknown, url: URL, environment: Environment): unknown {
  if (error instanceof Problem) return error;
  return new Problem({
    what: `${url.origin} does not answer.`,
    why: reasonOf(error),
    fix: explainCommand(environment),
  });
}

/**
 * Asks an address from outside whether all is well there, and says so line by line.
 * @param balancer name of the load balancer that the address has to lead to
 * @throws Problem where a check has failed; all of them were made then
 */
export async function smokeAt(
  url: URL,
  balancer: string | undefined,
  environment: Environment,
  options: SmokeOptions,
): Promise<void> {
  say(`asks ${url.origin}`);
  await waitForAnswer(new URL(healthOf(environment).path, url), options.wait ?? 90);
  const checks = checksOf(url, balancer, environment, options);
  // All at once, so that the stream is held while the others ask.
  const failures = await runChecks(checks, {
    atOnce: checks.length,
    explain: (error) => unanswered(error, url, environment),
  });
  if (failures === 0) return;
  throw new Problem({
    what: `${failures} of ${checks.length} checks failed.`,
    why: 'Each says so above.',
    fix: `Begin with the first one, then: ${call} smoke --env ${environment.name}`,
  });
}

/** Asks the deployed service. @throws Problem as `smokeAt` */
export async function smoke(target: Target, options: SmokeOptions = {}): Promise<void> {
  const url = new URL(await stackOutput(target, 'service', 'Url'));
  const balancer = await stackOutput(target, 'service', 'LoadBalancerDnsName');
  await smokeAt(url, balancer, target.environment, options);
}
