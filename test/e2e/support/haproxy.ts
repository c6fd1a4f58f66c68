import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './paths.ts';
import { freePort, isListening, type Server, serve } from './process.ts';

export interface Proxy {
  url: string;
  port: number;
  server: Server;
}

/** Stands in for the ALB: cuts a connection on which nothing moves for `idleSeconds`, and balances over all targets. */
export async function startProxy(targets: readonly number[], idleSeconds: number): Promise<Proxy> {
  const port = await freePort();
  const file = join(scratch('haproxy'), 'haproxy.cfg');
  const servers = targets.map((target, index) => `  server task${index} 127.0.0.1:${target}`);
  writeFileSync(
    file,
    `global
  maxconn 200
defaults
  mode http
  balance roundrobin
  timeout connect 2s
  timeout client ${idleSeconds}s
  timeout server ${idleSeconds}s
frontend alb
  bind 127.0.0.1:${port}
  default_backend tasks
backend tasks
${servers.join('\n')}
`,
  );
  const server = await serve('haproxy', ['-db', '-f', file], { ready: () => isListening(port) });
  return { url: `http://127.0.0.1:${port}`, port, server };
}
