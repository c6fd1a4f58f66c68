import { ownValue } from './own-value.ts';
import type { PlatformName, Service, Variable } from './plan.ts';

/** A variable that a platform sets without a word in any file, and that the app relies on. */
interface Default {
  readonly platforms: readonly PlatformName[];
  readonly name: string;
  readonly value: (service: Service) => string | undefined;
  readonly reason: string;
}

/** Processes of Python for Heroku's sizes: the smaller of memory by 256 MB and twice the processors and one. */
const pythonProcesses: Readonly<Record<string, string>> = {
  'standard-2x': '4',
  'performance-m': '5',
  'performance-l': '9',
};

const isGunicorn = ({ start }: Service): boolean => /\bgunicorn\b/.test(start?.text ?? '');

const countsItself = ({ start }: Service): boolean => /\s(-w|--workers)[\s=\d]/.test(start?.text ?? '');

const defaults: readonly Default[] = [
  {
    platforms: ['heroku'],
    name: 'WEB_CONCURRENCY',
    value: (service) =>
      isGunicorn(service) && !countsItself(service)
        ? (ownValue(pythonProcesses, service.size?.toLowerCase() ?? '') ?? '2')
        : undefined,
    reason: 'Heroku sets it by the size of the dyno; without it gunicorn has one worker.',
  },
  {
    platforms: ['heroku', 'render', 'railway'],
    name: 'FORWARDED_ALLOW_IPS',
    value: (service) =>
      isGunicorn(service) || /\buvicorn\b/.test(service.start?.text ?? '') ? '*' : undefined,
    reason:
      'The load balancer says in X-Forwarded-Proto that it was HTTPS; only it can reach the task, so every sender is believed.',
  },
];

/** Whether a variable is one that the platform sets by itself. */
export const isPlatformDefault = ({ name, reason }: Variable): boolean =>
  defaults.some((one) => one.name === name && one.reason === reason);

/** The variables of a service with those that the platform sets by itself. */
export function withDefaults(service: Service, platform: PlatformName): Service {
  if (service.kind !== 'web' && service.kind !== 'private') return service;
  const known = new Set(service.variables.map(({ name }) => name));
  const added = defaults.flatMap(({ platforms, name, value, reason }): Variable[] => {
    const given = platforms.includes(platform) && !known.has(name) ? value(service) : undefined;
    if (given === undefined) return [];
    return [
      { name, source: { kind: 'plain', value: given }, reason, evidence: service.start?.evidence ?? [] },
    ];
  });
  return added.length === 0 ? service : { ...service, variables: [...service.variables, ...added] };
}
