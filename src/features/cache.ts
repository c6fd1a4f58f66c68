import type { Answers } from '../answers.ts';
import { hours, prices } from '../costs.ts';
import type { Feature } from './feature.ts';

/** What `vibely cache` asks: nothing. The figures are in `infra/settings.json`. */
export const cacheAnswers = {};

const settings = { nodeType: 'cache.t4g.micro', nodes: 1 };

const month = (): number => prices.cacheHour * hours;

const isOn = ({ features }: Answers): boolean => features.cache !== undefined;

/** Valkey, which speaks the protocol of Redis, for what may be forgotten. */
export const cache: Feature = {
  id: 'cache',
  summary: 'Valkey (the successor of Redis) on ElastiCache, as REDIS_URL',
  code: 'VIB080',
  declarations: cacheAnswers,
  settings: (answers) => (isOn(answers) ? { cache: settings } : undefined),
  costs: (answers) =>
    isOn(answers)
      ? [
          {
            item: 'Valkey',
            detail: `${settings.nodeType}, one node`,
            service: 'Amazon ElastiCache',
            usd: month(),
          },
        ]
      : [],
  levers: (answers) =>
    isOn(answers)
      ? [{ change: 'a second cache node in another zone (nodes 2)', usd: `+${month().toFixed(2)}` }]
      : [],
};
