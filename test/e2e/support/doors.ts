import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { scratch } from './paths.ts';
import { isListening, type Server, serve } from './process.ts';

/** A load balancer with HTTPS, as the stacks make one, or with something wrong about it. */
export interface Door {
  /** Loopback address of its own, so that it can have the usual ports. */
  address: string;
  /** PEM file with certificate and key. */
  certificate: string;
  /** Port of the task behind it. */
  task: number;
  /** Rules of HAProxy for what comes by HTTPS. */
  rules?: string[];
  /** Silence after which it cuts a connection; default 60. */
  idleSeconds?: number;
  /** Answers on port 80 itself instead of leading to HTTPS. */
  plain?: boolean;
}

/** A loopback address that no other test file has. */
export function loopback(host: number): string {
  return `127.${1 + (process.pid % 250)}.${Math.floor(process.pid / 250) % 250}.${host}`;
}

/** Opens them all in one HAProxy. */
export async function openDoors(doors: readonly Door[]): Promise<Server> {
  const file = join(scratch('doors'), 'haproxy.cfg');
  writeFileSync(file, `${settings}${doors.map(sectionsOf).join('')}`);
  const [first] = doors as [Door];
  return serve('haproxy', ['-db', '-f', file], { ready: () => isListening(443, first.address) });
}

const settings = `global
  maxconn 200
defaults
  mode http
  timeout connect 2s
`;

function sectionsOf({ address, certificate, task, rules = [], idleSeconds = 60, plain }: Door): string {
  const idle = `  timeout client ${idleSeconds}s\n  timeout server ${idleSeconds}s\n`;
  // The load balancer names the port in the redirect.
  const http = plain
    ? `  default_backend ${address}`
    : '  http-request redirect location https://%[req.hdr(host)]:443%[pathq] code 301';
  return `frontend https-${address}
  bind ${address}:443 ssl crt ${certificate} alpn http/1.1
${idle}${rules.map((rule) => `  ${rule}\n`).join('')}  default_backend ${address}
frontend http-${address}
  bind ${address}:80
${idle}${http}
backend ${address}
${idle}  server task 127.0.0.1:${task}
`;
}

/** A proxy that means well: it compresses every answer, or collects it until there is enough to be worth sending. */
export async function startMeddler(task: number, how: 'compresses' | 'collects'): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const forwarded = request({ port: task, method, path: url, headers }, (answer) => {
      if (how === 'compresses') {
        outgoing.writeHead(answer.statusCode ?? 0, { ...answer.headers, 'content-encoding': 'gzip' });
        answer.pipe(createGzip()).pipe(outgoing);
        return;
      }
      const chunks: Buffer[] = [];
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers).flushHeaders();
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => outgoing.end(Buffer.concat(chunks)));
    });
    outgoing.once('close', () => forwarded.destroy());
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
