import { Type } from 'typebox';
import type { Part } from '../app.ts';

const Ready = Type.Object({ status: Type.Literal('ready') });

/** Tells that requests can be served. There is nothing yet that this process would have to wait for. */
export const ready: Part = (app) => {
  app.get('/ready', { schema: { tags: ['operations'], response: { 200: Ready } } }, async () => ({
    status: 'ready' as const,
  }));
};
