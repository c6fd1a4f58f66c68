import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Part } from '../app.ts';
import { integer } from '../env.ts';
import { Mailbox } from '../events/mailbox.ts';
import { createSource } from '../events/source.ts';
import { frames, type ServerEvent } from '../events/stream.ts';

/** Events that may wait for one client. One that falls further behind comes back for the rest. */
const CAPACITY = 1000;

/** How long a client may take to read the end of its stream before its connection is cut. */
const FAREWELL_MS = 1000;

const EventHeaders = Type.Object({ 'last-event-id': Type.Optional(Type.String()) });

function parseId(lastEventId: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
}

export const events: Part = (app, env) => {
  const heartbeatMs = integer(env, 'EVENTS_HEARTBEAT_SECONDS', 15, { max: 3600 }) * 1000;
  const source = createSource(app, env);
  const open = new Map<Mailbox<ServerEvent>, FastifyReply>();

  // Streams would hold up a shutdown until its grace is over.
  app.addHook('preClose', async () => {
    for (const [live, reply] of open) {
      live.close();
      setTimeout(() => reply.raw.destroy(), FAREWELL_MS).unref();
    }
  });

  app.get(
    '/api/events',
    {
      // A HEAD request would be a stream that nobody reads.
      exposeHeadRoute: false,
      schema: {
        tags: ['events'],
        description: 'Server-sent events. `Last-Event-ID` replays what was missed.',
        produces: ['text/event-stream'],
        headers: EventHeaders,
      },
    },
    async (request, reply) => {
      const live = new Mailbox<ServerEvent>(CAPACITY);
      const unsubscribe = source.subscribe((event) => {
        if (!live.push(event)) {
          unsubscribe();
          request.log.warn('the client reads too slowly: its stream is cut');
          reply.raw.destroy();
        }
      });
      open.set(live, reply);
      reply.raw.once('close', () => {
        unsubscribe();
        live.close();
        open.delete(live);
      });
      const lastEventId = parseId(request.headers['last-event-id']);
      return reply
        .header('Content-Type', 'text/event-stream')
        .header('Cache-Control', 'no-cache, no-transform')
        .header('X-Accel-Buffering', 'no')
        .send(Readable.from(frames(source, live, lastEventId, heartbeatMs)));
    },
  );
};
