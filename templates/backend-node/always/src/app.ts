import cors from '@fastify/cors';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import fastify from 'fastify';
import { closeUnusedConnections } from './closing.ts';
import { describeApi } from './docs.ts';
import { type Environment, integer, optional } from './env.ts';
import { handleErrors, refuse } from './errors.ts';
import { type LogStream, logger, requestId, requestLog } from './logging.ts';
import { parts } from './parts.ts';

export type App = ReturnType<typeof createServer>;

/** A piece of the application: adds its routes and hooks, and reads its own settings. */
export type Part = (app: App, env: Environment) => Promise<void> | void;

function createServer(env: Environment, logStream?: LogStream) {
  // Above the load balancer's idle timeout of at most an hour: a connection that this side closes first
  // is one on which the load balancer may just be sending a request, which it then answers with 502.
  const keepAliveTimeout = integer(env, 'KEEP_ALIVE_SECONDS', 3605) * 1000;
  const app = fastify({
    logger: logger(optional(env, 'LOG_LEVEL') ?? 'info', logStream),
    logController: requestLog,
    genReqId: requestId,
    keepAliveTimeout,
    // The time to receive a request, body included; a response may take as long as it needs.
    requestTimeout: 30_000,
    // What still arrives on an open connection during the shutdown is answered like any other request.
    return503OnClosing: false,
    frameworkErrors: refuse,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.headersTimeout = keepAliveTimeout + 5_000;
  // Unlike Fastify's default it does not bend a body into its schema: 5 is no text.
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  return app;
}

export async function buildApp(env: Environment, logStream?: LogStream): Promise<App> {
  const app = createServer(env, logStream);
  closeUnusedConnections(app);
  // So that a user's report can be matched with the log.
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
  });
  handleErrors(app);

  const frontend = optional(env, 'FRONTEND_ORIGIN');
  if (frontend !== undefined) {
    await app.register(cors, {
      origin: [frontend],
      methods: ['GET', 'POST', 'DELETE'],
      exposedHeaders: ['X-Request-Id'],
      maxAge: 600,
    });
  }
  await describeApi(app, env);
  for (const part of parts) await part(app, env);
  return app;
}
