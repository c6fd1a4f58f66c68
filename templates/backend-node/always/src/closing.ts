import type { Socket } from 'node:net';
import type { App } from './app.ts';

/** Longer than a request may take from the network into this process. */
const SILENCE_MS = 1_000;

/**
 * Lets the shutdown wait for requests only. Node closes idle connections once, when it begins; it keeps
 * those that become idle later, and those that a client has opened and never used.
 */
export function closeUnusedConnections(app: App): void {
  const sockets = new Set<Socket>();
  let closing = false;

  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => {
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, SILENCE_MS).unref();
  });
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections());
  });
}
