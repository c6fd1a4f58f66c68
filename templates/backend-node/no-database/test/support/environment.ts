import type { Environment } from '../../src/env.ts';

export interface TestEnvironment {
  env: Environment;
  dispose(): Promise<void>;
}

/** What the application needs to start: nothing. */
export async function testEnvironment(): Promise<TestEnvironment> {
  return { env: {}, dispose: async () => {} };
}
