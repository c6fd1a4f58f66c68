import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Environment } from '../../src/env.ts';

/** Stands between the application and PostgreSQL, so that a test can take the database away. */
export class DatabaseProxy {
  readonly #server = createServer((client) => this.#join(client));
  readonly #sockets = new Set<Socket>();
  readonly #target: { host: string; port: number };
  #port = 0;

  constructor(env: Environment) {
    this.#target = {
      host: env.DATABASE_HOST ?? '',
      port: Number(env.DATABASE_PORT || 5432),
    };
  }

  get env(): Environment {
    return { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(this.#port) };
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
