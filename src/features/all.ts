import type { ValuesOf } from '../declaration.ts';
import { alarms, type alarmsAnswers } from './alarms.ts';
import { audit, type auditAnswers } from './audit.ts';
import { cache, type cacheAnswers } from './cache.ts';
import { cron, type cronAnswers } from './cron.ts';
import { environment, type environmentAnswers } from './environment.ts';
import type { Feature } from './feature.ts';
import { https, type httpsAnswers } from './https.ts';
import { waf, type wafAnswers } from './waf.ts';
import { worker, type workerAnswers } from './worker.ts';

/** Every feature, in the order in which `--help` lists them. */
export const allFeatures: readonly Feature[] = [https, waf, alarms, worker, cron, cache, audit, environment];

/** What is stored of the features that are on. */
export interface Features {
  readonly https?: ValuesOf<typeof httpsAnswers>;
  readonly waf?: ValuesOf<typeof wafAnswers>;
  readonly alarms?: ValuesOf<typeof alarmsAnswers>;
  readonly worker?: Readonly<Record<string, ValuesOf<typeof workerAnswers>>>;
  readonly cron?: Readonly<Record<string, ValuesOf<typeof cronAnswers>>>;
  readonly cache?: ValuesOf<typeof cacheAnswers>;
  readonly audit?: ValuesOf<typeof auditAnswers>;
  readonly environment?: Readonly<Record<string, ValuesOf<typeof environmentAnswers>>>;
}
