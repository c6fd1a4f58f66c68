import Fastify from 'fastify';

const app = Fastify({ logger: true, trustProxy: true });
app.get('/', async () => ({ app: 'fastify', token: (process.env.SESSION_SECRET ?? '').length }));
app.get('/healthz', async () => 'ok');

process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
await app.listen({ host: '0.0.0.0', port: Number(process.env.PORT ?? 3000) });
