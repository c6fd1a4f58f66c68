import { gap, note, warning } from '../migration/findings.ts';
import type { Finding } from '../migration/plan.ts';
import { child, entriesOf, type Located, placeOf, textOf } from '../migration/tree.ts';

/** The path that the load balancer asks, with what it does not do as Fly did. */
export interface ChecksReading {
  readonly path: Located | undefined;
  readonly findings: readonly Finding[];
}

const times = ['grace_period', 'interval', 'timeout'] as const;

function requestFindings(check: Located, name: string): Finding[] {
  const method = child(check, 'method');
  const headers = child(check, 'headers');
  const findings: Finding[] = [];
  if (method !== undefined && textOf(method)?.toUpperCase() !== 'GET')
    findings.push(
      gap(
        'fly-check-method',
        `The health check of ${name} asks with ${textOf(method)}.`,
        'The load balancer asks with GET: let the path answer that, too.',
        placeOf(method),
      ),
    );
  if (headers !== undefined && entriesOf(headers).size > 0)
    findings.push(
      gap(
        'fly-check-headers',
        `The health check of ${name} sends headers: ${[...entriesOf(headers).keys()].join(', ')}.`,
        'The load balancer sends none of its own: let the path answer without them, and not redirect to HTTPS.',
        placeOf(headers),
      ),
    );
  return findings;
}

function timeFindings(check: Located, name: string): Finding[] {
  const given = times.flatMap((key) => {
    const value = child(check, key);
    return value === undefined ? [] : [{ text: `${key} ${textOf(value)}`, place: placeOf(value) }];
  });
  if (given.length === 0) return [];
  return [
    note(
      'fly-check-times',
      `The health check of ${name} has times of its own: ${given.map(({ text }) => text).join(', ')}.`,
      'The load balancer asks every 15 s, waits 5 s for the answer, and gives up after 3 without one; a new task has 60 s first. An app that starts more slowly needs more: healthCheckGracePeriod in infra/lib/constructs/service.ts.',
      given.map(({ place }) => place),
    ),
  ];
}

/** Reads the health checks of a process: the first with a path is the one of the load balancer. */
export function readChecks(checks: readonly Located[], name: string): ChecksReading {
  const paths = checks.filter((check) => textOf(child(check, 'path')) !== undefined);
  const [first, ...others] = paths;
  if (first === undefined) return { path: undefined, findings: [] };
  return {
    path: child(first, 'path'),
    findings: [
      ...requestFindings(first, name),
      ...timeFindings(first, name),
      ...others.map((check) =>
        warning(
          'fly-check-other',
          `${name} has a further health check, of ${textOf(child(check, 'path'))}.`,
          'The load balancer asks one path: let that one look at what both did.',
          placeOf(check),
        ),
      ),
    ],
  };
}
