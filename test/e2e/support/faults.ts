import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiCall, identify, usesQuery } from './aws-call.ts';

/** What happens to a call instead of, or before, its answer. */
export type Trouble =
  /** AWS says that there were too many calls. */
  | 'throttled'
  /** AWS says that this caller may not. */
  | 'denied'
  /** The connection breaks before there is an answer. */
  | 'reset'
  /** The answer comes that much later. */
  | { delayMs: number }
  /** The connection breaks after so many bytes of the body were sent. */
  | { cutAfterBytes: number };

export interface Fault {
  /** Of the AWS service, as requests are signed for it: `ecs`, `cloudformation`, `s3`. Default: any. */
  service?: string;
  /** As its API names it: `DescribeServices`, `PutObject`. Default: any. */
  operation?: string;
  trouble: Trouble;
  /** How many calls it hits. Default: all that come. */
  times?: number;
  /** How many calls it lets through before that. Default: 0. */
  after?: number;
}

/** An AWS with troubles: a proxy in front of the emulator. */
export interface Faults {
  /** For AWS_ENDPOINT_URL. */
  url: string;
  /** From now on, beside the faults that are there already. */
  inject(...faults: Fault[]): void;
  /** No faults any more; also forgets the calls. */
  clear(): void;
  /** Every call since the start or `clear`, in order, as `ecs:DescribeServices`. */
  calls(): string[];
  /** How many calls have met a fault. */
  hits(): number;
  close(): void;
}

/** Starts the proxy; it ends with this process at the latest. */
export async function startFaults(upstream: string): Promise<Faults> {
  let pending: Fault[] = [];
  let seen: string[] = [];
  let hits = 0;
  const take = (call: ApiCall): Trouble | undefined => {
    const fault = pending.find((candidate) => matches(candidate, call));
    if (!fault) return undefined;
    if (fault.after) {
      fault.after -= 1;
      return undefined;
    }
    if (fault.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) pending = pending.filter((other) => other !== fault);
    }
    hits += 1;
    return fault.trouble;
  };
  const server = createServer(async (incoming, outgoing) => {
    try {
      // Only the query protocol names the operation in the body; what others send may be large.
      const head = usesQuery(incoming) ? await bodyOf(incoming) : undefined;
      const call = identify(incoming, head?.toString());
      seen.push(`${call.service}:${call.operation}`);
      await answer({ incoming, outgoing, head, upstream, call, trouble: take(call) });
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (...faults) => pending.push(...faults.map((fault) => ({ ...fault }))),
    clear: () => {
      pending = [];
      seen = [];
      hits = 0;
    },
    calls: () => [...seen],
    hits: () => hits,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function matches({ service, operation }: Fault, call: ApiCall): boolean {
  return (
    (service === undefined || service === call.service) &&
    (operation === undefined || operation === call.operation)
  );
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  /** The body, where it has been read already. */
  head: Buffer | undefined;
  upstream: string;
  call: ApiCall;
  trouble: Trouble | undefined;
}

async function answer(exchange: Exchange): Promise<void> {
  const { incoming, outgoing, call, trouble } = exchange;
  if (trouble === 'reset') {
    incoming.socket.resetAndDestroy();
  } else if (trouble === 'throttled' || trouble === 'denied') {
    incoming.resume();
    const { status, headers, body } = call.refusal(trouble);
    outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  } else if (typeof trouble === 'object' && 'cutAfterBytes' in trouble) {
    await cut(incoming, trouble.cutAfterBytes);
  } else {
    if (typeof trouble === 'object') await sleep(trouble.delayMs);
    await pass(exchange);
  }
}

async function cut(incoming: IncomingMessage, bytes: number): Promise<void> {
  let got = 0;
  for await (const chunk of incoming) {
    got += chunk.length;
    if (got >= bytes) break;
  }
  incoming.socket.resetAndDestroy();
}

function pass({ incoming, outgoing, head, upstream }: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    const target = forward(
      new URL(incoming.url ?? '/', upstream),
      { method: incoming.method, headers: incoming.headers },
      (reply) => {
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(outgoing).on('finish', resolve);
        reply.on('error', reject);
      },
    );
    target.on('error', reject);
    if (head) target.end(head);
    else incoming.pipe(target);
    incoming.on('error', () => target.destroy());
  });
}
