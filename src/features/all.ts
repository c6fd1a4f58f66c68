import type { ValuesOf } from '../declaration.ts';
import { environment, type environmentAnswers } from './environment.ts';
import type { Feature } from './feature.ts';
import { https, type httpsAnswers } from './https.ts';
import { waf, type wafAnswers } from './waf.ts';

/** Every feature, in the order in which `--help` lists them. */
export const allFeatures: readonly Feature[] = [https, waf, environment];

/** What is stored of the features that are on. */
export interface Features {
  readonly https?: ValuesOf<typeof httpsAnswers>;
  readonly waf?: ValuesOf<typeof wafAnswers>;
  readonly environment?: Readonly<Record<string, ValuesOf<typeof environmentAnswers>>>;
}
