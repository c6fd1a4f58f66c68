import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import type { Emulator } from './aws.ts';
import { e2e, scratch } from './paths.ts';
import { makeCa } from './postgres.ts';
import { freePort, run } from './process.ts';
import type { accounts } from './render.ts';

/**
 * What answers at the addresses of the deployed services, since the emulator runs none: the version is the tag of the
 * image that the service's task definition names at that moment. Returns the environment in which `curl` gets there.
 */
export async function openFrontDoor(emulator: Emulator, domain: string): Promise<Record<string, string>> {
  const directory = scratch('front-door');
  const answer: RequestListener = async (request, response) => {
    const host = request.headers.host ?? '';
    const named = /^shop-(dev|prod|staging)-/.exec(host)?.[1] as keyof typeof accounts | undefined;
    const name = named ?? (host === domain ? 'prod' : 'dev');
    const image: string | undefined = (await emulator.describe(name, 'service')).service?.definition
      .containerDefinitions[0].image;
    const status = image === undefined ? 503 : 200;
    const body =
      request.url === '/health' ? { status: 'ok', version: image?.split(':').at(-1) } : { status: 'ready' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  await makeCertificate(directory, [domain, `dev.${domain}`]);
  const [http, https] = [await freePort(), await freePort()];
  createServer(answer).listen(http, '127.0.0.1').unref();
  const read = (file: string) => readFileSync(join(directory, file));
  const tls = { key: read('server.key'), cert: read('server.crt') };
  createTlsServer(tls, answer).listen(https, '127.0.0.1').unref();
  return {
    ...emulator.environment,
    PATH: `${join(e2e, 'shims')}:${emulator.environment.PATH}`,
    FRONT_DOOR_HTTP: String(http),
    FRONT_DOOR_HTTPS: String(https),
    CURL_CA_BUNDLE: join(directory, 'ca.crt'),
    POLL_SECONDS: '0',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
  };
}

async function makeCertificate(directory: string, names: string[]): Promise<void> {
  await makeCa(directory, 'ca');
  const at = (file: string) => join(directory, file);
  writeFileSync(at('names'), `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('server.key')];
  await run('openssl', ['req', ...key, '-subj', `/CN=${names[0]}`, '-out', at('server.csr')]);
  const signer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  const files = ['-in', at('server.csr'), '-out', at('server.crt'), '-extfile', at('names')];
  await run('openssl', ['x509', '-req', ...files, ...signer]);
}
