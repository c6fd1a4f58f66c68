import { type Check, type Finding, failed, ok } from './checks.ts';
import { type Held, holdStream, type Item, idsOf, longestSilence } from './event-stream.ts';
import { say } from './output.ts';
import { Problem } from './problem.ts';

interface StreamOptions {
  /** How long the stream is held, in seconds. */
  hold: number;
  /** How long it may be silent, in seconds. */
  silence: number;
  /** Whether it brings back what was missed: an app may have streams that do not. */
  replay: boolean;
}

/** How long a replay may take to come, in seconds. */
const replaySeconds = 5;

const runbook = 'docs/runbooks/when-something-is-wrong.md';

function assertStream({ status, headers }: Held, url: URL): void {
  const type = headers['content-type'] ?? 'no content type';
  if (status === 200 && type.startsWith('text/event-stream')) return;
  throw new Problem({
    what: `${url} is no stream: ${status}, ${type}.`,
    why: 'The backend has none there, or something before it answered.',
    fix: 'Name its path with --events; without any stream, set idleTimeoutSeconds to 60 in infra/settings.json.',
  });
}

/** What lets somebody on the way collect events before they are passed on; `undefined` where nothing does. */
export function collects(headers: Held['headers']): string | undefined {
  const { 'content-encoding': encoding, 'cache-control': cache = '' } = headers;
  if (encoding && encoding !== 'identity') return `It comes compressed (${encoding}).`;
  if (!/\bno-transform\b/.test(cache)) return `Cache-Control says '${cache}' and not no-transform.`;
  if (headers['x-accel-buffering'] !== 'no') return 'The header X-Accel-Buffering: no is missing.';
  return undefined;
}

async function headersOf(held: Promise<Held>, url: URL) {
  const { headers, status, ...rest } = await held;
  assertStream({ headers, status, ...rest }, url);
  const why = collects(headers);
  if (why === undefined) return ok('not compressed, no-transform, X-Accel-Buffering: no');
  return failed({
    what: 'Events may be held back on the way.',
    why,
    fix: 'Send Cache-Control: no-cache, no-transform and X-Accel-Buffering: no, and let nothing on the way compress the stream.',
  });
}

async function heldWell(held: Promise<Held>, url: URL, options: StreamOptions) {
  const found = await held;
  assertStream(found, url);
  return judgeHold(found, options);
}

/** What there is to say of a stream that was held. */
export function judgeHold(
  found: Pick<Held, 'over' | 'seconds' | 'items' | 'arrivals'>,
  { hold, silence }: Pick<StreamOptions, 'hold' | 'silence'>,
): Finding {
  const { over, seconds, items } = found;
  const count = (type: Item['type']) => items.filter((item) => item.type === type).length;
  const came = `heartbeats: ${count('comment')}, events: ${count('event')}`;
  if (over !== 'held')
    return failed({
      what: `The stream ${over === 'cut' ? 'was cut' : 'ended'} after ${seconds.toFixed(0)} of ${hold} seconds (${came}).`,
      why: 'A time-out on the way, or the task was stopped.',
      fix: `Compare idleTimeoutSeconds in infra/settings.json with what lies before it: ${runbook}`,
    });
  const quiet = longestSilence(found);
  if (quiet > silence)
    return failed({
      what: `The stream was silent for ${quiet.toFixed(0)} seconds (${came}).`,
      why: 'The backend sends no heartbeat, or something on the way collects it. Proxies cut what is silent for a minute.',
      fix: 'Let the backend send a comment every 15 seconds (EVENTS_HEARTBEAT_SECONDS of the starter).',
    });
  const proved = count('comment') > 0 || seconds > silence ? '' : '; too short to prove heartbeats';
  return ok(
    `${seconds.toFixed(0)} seconds, ${came}, never silent for more than ${Math.ceil(quiet)} seconds${proved}`,
  );
}

/** What is wrong with a replay, of which these ids were to come first; `undefined` where nothing is. */
export function replayFault(expected: readonly string[], got: readonly string[]): string | undefined {
  const at = expected.findIndex((id, index) => got[index] !== id);
  if (at === -1) return undefined;
  const instead = got[at];
  return instead === undefined
    ? `Event ${expected[at]} did not come again.`
    : `Event ${instead} came where ${expected[at]} was to come.`;
}

/** Whether events came that nobody can come back for. */
export function lacksIds(items: readonly Item[]): boolean {
  return idsOf(items).length < 2 && items.filter(({ type }) => type === 'event').length > 1;
}

async function replayOf(url: URL, lastEventId: string, count: number): Promise<string[]> {
  const enough = (items: readonly Item[]) => idsOf(items).length >= count;
  const { items } = await holdStream(url, { seconds: replaySeconds, lastEventId, enough });
  return idsOf(items);
}

/** Comes back after the first event that was seen, as a browser does after a cut. */
async function replays(held: Promise<Held>, url: URL) {
  const found = await held;
  assertStream(found, url);
  // An app in which nothing happens has sent nothing: then it is asked for what there has ever been.
  const seen = idsOf(found.items);
  if (lacksIds(found.items))
    return failed({
      what: 'The events have no ids.',
      why: 'A browser that comes back after a cut can say nothing of what it has seen.',
      fix: 'Send a line `id: …` with each event, ascending, and replay what came after Last-Event-ID.',
    });
  const known = seen.length > 1 ? seen : await replayOf(url, '0', 3);
  // The last ones: no backend keeps all that has ever happened.
  const [first, ...expected] = known.slice(-50);
  if (first === undefined || expected.length === 0)
    return ok('not tried: fewer than two events to come back for');
  const fault = replayFault(expected, await replayOf(url, first, expected.length));
  if (fault === undefined) return ok(`after event ${first}, all ${expected.length} that followed came again`);
  return failed({
    what: `Last-Event-ID: ${first} does not bring back what was missed.`,
    why: fault,
    fix: 'Let the backend replay from that header: who loses the connection for a moment misses events.',
  });
}

/** One stream, held once; what it looked like is judged from three sides. */
export function streamChecks(url: URL, options: StreamOptions): Check[] {
  let holding: Promise<Held> | undefined;
  const held = () => {
    if (!holding) say(`-- holding ${url} for ${options.hold} seconds`);
    holding ??= holdStream(url, { seconds: options.hold });
    return holding;
  };
  return [
    { name: 'stream headers', look: () => headersOf(held(), url) },
    { name: 'stream held', look: () => heldWell(held(), url, options) },
    ...(options.replay ? [{ name: 'stream replay', look: () => replays(held(), url) }] : []),
  ];
}
