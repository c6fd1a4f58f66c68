import { buildApp } from './app.ts';
import { integer } from './env.ts';

const app = await buildApp(process.env);
const graceSeconds = integer(process.env, 'SHUTDOWN_GRACE_SECONDS', 30);

/**
 * Stops accepting and waits for the requests in flight, within the grace period: what takes longer, ECS
 * would kill a moment later, without a word in the log.
 */
async function shutDown(signal: NodeJS.Signals): Promise<void> {
  app.log.info({ signal }, 'shutting down');
  setTimeout(() => {
    app.log.warn({ graceSeconds }, 'requests are still open at the end of the grace period');
    process.exit(0);
  }, graceSeconds * 1000);
  await app.close();
  app.log.info('bye');
  process.exit(0);
}

process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);

await app.listen({ host: '0.0.0.0', port: integer(process.env, 'PORT', 8000, { max: 65_535 }) });
