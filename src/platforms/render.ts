import type { Platform } from './all.ts';

/** Render, as its files describe an app. */
export const render: Platform = {
  name: 'render',
  title: 'Render',
  read: () => ({ platform: 'render', evidence: [], services: [], databases: [], findings: [] }),
};
