import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from './app.ts';

/** The body of every answer other than success. */
export const Failure = Type.Object({ detail: Type.String() });

/** An answer other than success. Its message is written for the client and sent as it is. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly headers: Record<string, string> = {};
  readonly statusCode: number;

  constructor(statusCode: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.statusCode = statusCode;
  }
}

const INVALID_JSON = new Set(['FST_ERR_CTP_INVALID_JSON_BODY', 'FST_ERR_CTP_EMPTY_JSON_BODY']);

function answerTo(error: FastifyError | HttpError): HttpError {
  if (error instanceof HttpError) return error;
  if (error.validation !== undefined || INVALID_JSON.has(error.code)) {
    return new HttpError(422, error.message);
  }
  // Fastify's own refusals: body too large, media type not supported and the like.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new HttpError(error.statusCode, error.message);
  }
  // Whatever else it is, its message is none of the client's business.
  return new HttpError(500, 'internal error');
}

export function handleErrors(app: App): void {
  app.setErrorHandler<FastifyError | HttpError>((error, request, reply) => {
    const answer = answerTo(error);
    if (answer.statusCode >= 500) request.log.error({ err: error }, error.message);
    return reply.code(answer.statusCode).headers(answer.headers).send({ detail: answer.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ detail: 'not found' }));
}

/** Answers what is no request that could be routed, such as a malformed URL: no hook has seen it. */
export function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(error.statusCode ?? 400)
    .header('X-Request-Id', request.id)
    .send({ detail: error.message });
}
