import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { Part } from './app.ts';
import { version } from './routes/health.ts';

/** /docs and /openapi.json, both derived from the schemas of the routes that are added afterwards. */
export const describeApi: Part = async (app, env) => {
  await app.register(swagger, {
    openapi: { info: { title: 'Backend', version: version(env) } },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
};
