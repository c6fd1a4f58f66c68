import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import type { Emulator } from './aws.ts';
import { loopback } from './doors.ts';
import { startNames } from './names.ts';
import { e2e, scratch } from './paths.ts';
import { makeCa } from './postgres.ts';
import { run } from './process.ts';
import type { accounts } from './render.ts';

/**
 * What answers at the addresses of the deployed services, since the emulator runs none: the version is the tag of the
 * image that the service's task definition names at that moment. Returns the environment for commands that ask there.
 */
export async function openFrontDoor(emulator: Emulator, domain: string): Promise<Record<string, string>> {
  const directory = scratch('front-door');
  await makeCertificate(directory, [domain, `dev.${domain}`]);
  const address = loopback(200);
  const names = await startNames({
    [domain]: { A: [address] },
    [`dev.${domain}`]: { A: [address] },
    '*.eu-central-1.elb.amazonaws.com': { A: [address] },
  });
  const deployed = deploymentsOf(emulator);
  const answer: RequestListener = async ({ url, headers }, response) => {
    if (url === '/api/events') return stream(response);
    const { host = '' } = headers;
    const named = /^shop-(dev|prod|staging)-/.exec(host)?.[1] as keyof typeof accounts | undefined;
    const { tag, frontend } = await deployed(named ?? (host === domain ? 'prod' : 'dev'));
    const body = url === '/health' ? { status: 'ok', version: tag } : { status: 'ready' };
    response.writeHead(tag === undefined ? 503 : 200, {
      'content-type': 'application/json',
      'x-request-id': 'front-door',
      ...(frontend && headers.origin === frontend && { 'access-control-allow-origin': frontend }),
    });
    response.end(JSON.stringify(body));
  };
  const plain: RequestListener = (request, response) =>
    request.headers.host?.endsWith(domain) ? redirect(request, response) : answer(request, response);
  createServer(plain).listen(80, address).unref();
  const read = (file: string) => readFileSync(join(directory, file));
  const tls = { key: read('server.key'), cert: read('server.crt') };
  createTlsServer(tls, answer).listen(443, address).unref();
  return {
    ...emulator.environment,
    ...names.environment,
    PATH: `${join(e2e, 'shims')}:${emulator.environment.PATH}`,
    NODE_EXTRA_CA_CERTS: trustedBeside(directory),
    POLL_SECONDS: '0.2',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
}

/** What a task definition says of its app: the tag of its image, and the origin that may call it. */
interface Deployed {
  tag: string | undefined;
  frontend: string | undefined;
}

/** What is in service. Questions that come while one is being answered get the same answer. */
function deploymentsOf(emulator: Emulator): (name: keyof typeof accounts) => Promise<Deployed> {
  const asking = new Map<string, Promise<Deployed>>();
  const ask = async (name: keyof typeof accounts): Promise<Deployed> => {
    const { service } = await emulator.describe(name, 'service');
    const container = service?.definition?.containerDefinitions[0];
    const variables: { name: string; value: string }[] = container?.environment ?? [];
    return {
      tag: container?.image.split(':').at(-1),
      frontend: variables.find((one) => one.name === 'FRONTEND_ORIGIN')?.value,
    };
  };
  return (name) => {
    const answer = asking.get(name) ?? ask(name).finally(() => asking.delete(name));
    asking.set(name, answer);
    return answer;
  };
}

/** An app in which nothing happens: heartbeats alone. */
function stream(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  const beat = setInterval(() => response.write(': heartbeat\n\n'), 200);
  response.once('close', () => clearInterval(beat));
}

/** As the load balancer does it, which names the port. */
function redirect({ headers, url }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(301, { location: `https://${headers.host}:443${url}` }).end();
}

/** The certificates that this machine's programs trust by the same variable, and the one of these doors. */
function trustedBeside(directory: string): string {
  const { NODE_EXTRA_CA_CERTS: own } = process.env;
  const both = [...(own ? [own] : []), join(directory, 'ca.crt')].map((file) => readFileSync(file, 'utf8'));
  const trusted = join(directory, 'trusted.crt');
  writeFileSync(trusted, both.join('\n'));
  return trusted;
}

async function makeCertificate(directory: string, names: string[]): Promise<void> {
  await makeCa(directory, 'ca');
  const at = (file: string) => join(directory, file);
  writeFileSync(at('names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('server.key')];
  await run('openssl', ['req', ...key, '-subj', `/CN=${names[0]}`, '-out', at('server.csr')]);
  const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '60'];
  const files = ['-in', at('server.csr'), '-out', at('server.crt'), '-extfile', at('names')];
  await run('openssl', ['x509', '-req', ...files, ...signer]);
}
