import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';

/** Where the log lines go; standard output unless a test wants to read them. */
export interface LogStream {
  write(line: string): void;
}

function pathOf(request: { url: string }): string {
  // Query strings carry tokens and personal data; they stay out of the log.
  return request.url.split('?', 1)[0] ?? '';
}

/**
 * One JSON object per line. The serializers name what is logged of a request and of an error: headers,
 * query strings and whatever else a library hangs on its errors never are.
 */
export function logger(level: string, stream?: LogStream) {
  return {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: {
      req: (request: FastifyRequest) => ({ method: request.method, path: pathOf(request) }),
      err: (error: FastifyError) => ({
        type: error.name,
        message: error.message,
        code: error.code,
        stack: error.stack ?? '',
        cause: error.cause instanceof Error ? error.cause.stack : undefined,
      }),
    },
    ...(stream && { stream }),
  } satisfies FastifyServerOptions['logger'];
}

/** Keeps the caller's id, so that one request can be followed through several services. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,128}$/.test(given) ? given : randomUUID();
}

/** One line per request, when it has been answered. */
class RequestLog extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const path = pathOf(request);
    // The load balancer asks every few seconds: at `info` its checks would drown everything else.
    const level = path === '/health' ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        path,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        ...(error && { err: error }),
      },
      'request',
    );
  }

  override streamError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    // A client that leaves before the end is no error.
    const left = error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    this.requestCompleted(left ? null : error, request, reply);
  }
}

export const requestLog = new RequestLog({ requestIdLogLabel: 'requestId' });
