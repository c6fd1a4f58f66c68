import { type App, buildApp } from '../../src/app.ts';
import type { Environment } from '../../src/env.ts';

export interface RunningApp {
  app: App;
  url: string;
  /** What was logged so far, one object per line. */
  logged: Record<string, unknown>[];
}

/** The application on a free port, with its log within reach. */
export async function startApp(env: Environment): Promise<RunningApp> {
  const logged: Record<string, unknown>[] = [];
  const app = await buildApp(env, { write: (line) => logged.push(JSON.parse(line)) });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url, logged };
}

export function postJson(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
