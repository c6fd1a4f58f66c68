import type { Answers } from '../answers.ts';
import { hours, prices } from '../costs.ts';
import { cleanUpEach, deleteStack } from '../ending.ts';
import { isObject } from '../json.ts';
import type { Feature, SettingsBlock } from './feature.ts';

/** What `vibely cache` asks: nothing. The figures are in `infra/settings.json`. */
export const cacheAnswers = {};

const usual = 'cache.t4g.micro';

/** The smallest node, or that which has as much memory as the cache that an app had elsewhere. */
const settingsOf = ({ migration }: Answers) => ({ nodeType: migration?.cache?.nodeType ?? usual, nodes: 1 });

const month = (answers: Answers): number =>
  (prices.cacheHour[settingsOf(answers).nodeType] ?? Number.NaN) * hours;

const isOn = ({ features }: Answers): boolean => features.cache !== undefined;

/** What the tasks find the cache by. */
const variable = 'REDIS_URL';

/** Where the owner gives the tasks a variable of that name. */
function ownVariables({ cache: on, secrets, variables }: SettingsBlock): string[] {
  if (on === undefined) return [];
  const asSecret = Array.isArray(secrets) && secrets.includes(variable);
  const asVariable = isObject(variables) && Object.hasOwn(variables, variable);
  return [...(asSecret ? [`secrets.${variable}`] : []), ...(asVariable ? [`variables.${variable}`] : [])];
}

/** Valkey, which speaks the protocol of Redis, for what may be forgotten. */
export const cache: Feature = {
  id: 'cache',
  summary: 'Valkey (the successor of Redis) on ElastiCache, as REDIS_URL',
  declarations: cacheAnswers,
  ending: (answers) => ({
    sentence:
      'The cache is no longer part of the repo. It stays in AWS, and on the bill, until you delete its stacks, once every environment is deployed without it:',
    cleanUp: cleanUpEach(answers, (environment) => deleteStack(answers.name, environment, 'cache')),
  }),
  blockKey: 'cache',
  clashes: ownVariables,
  settings: (answers) => (isOn(answers) ? { cache: settingsOf(answers) } : undefined),
  costs: (answers) =>
    isOn(answers)
      ? [
          {
            item: 'Valkey',
            detail: `${settingsOf(answers).nodeType}, one node`,
            service: 'Amazon ElastiCache',
            usd: month(answers),
          },
        ]
      : [],
  levers: (answers) =>
    isOn(answers)
      ? [{ change: 'a second cache node in another zone (nodes 2)', usd: `+${month(answers).toFixed(2)}` }]
      : [],
};
