import type { Platform } from './all.ts';

/** Railway, as its files describe an app. */
export const railway: Platform = {
  name: 'railway',
  title: 'Railway',
  read: () => ({ platform: 'railway', evidence: [], services: [], databases: [], findings: [] }),
};
