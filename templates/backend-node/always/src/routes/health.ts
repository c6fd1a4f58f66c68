import { Type } from 'typebox';
import type { Part } from '../app.ts';
import { type Environment, optional } from '../env.ts';

const Health = Type.Object({ status: Type.Literal('ok'), version: Type.String() });

/** The image's tag: the commit that it was built from. */
export function version(env: Environment): string {
  return optional(env, 'APP_VERSION') ?? 'dev';
}

/**
 * Tells that the process is alive and touches nothing else: something that is away elsewhere must not
 * make the load balancer replace tasks that are sound.
 */
export const health: Part = (app, env) => {
  app.get('/health', { schema: { tags: ['operations'], response: { 200: Health } } }, async () => ({
    status: 'ok' as const,
    version: version(env),
  }));
};
