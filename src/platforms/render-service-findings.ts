import { gap, note, warning } from '../migration/findings.ts';
import type { Finding, Service } from '../migration/plan.ts';
import { child, itemsOf, type Located, placeOf, textOf } from '../migration/tree.ts';

function ruleFindings(node: Located, service: Service): Finding[] {
  const { name, kind } = service;
  const routes = child(node, 'routes');
  const headers = child(node, 'headers');
  const findings: Finding[] = [];
  for (const [what, list] of [
    ['redirects and rewrites', routes],
    ['response headers', headers],
  ] as const)
    if (list !== undefined && itemsOf(list).length > 0)
      findings.push(
        gap(
          `render-${what === 'response headers' ? 'headers' : 'routes'}`,
          `${name}: ${itemsOf(list).length} ${what} are not carried over.`,
          kind === 'static'
            ? 'Write them into vercel.json, or into a CloudFront function and a response-headers policy.'
            : 'Render takes them for static sites alone: let the app answer so.',
          placeOf(list),
        ),
      );
  return findings;
}

/** Databases that people run in a container, by how its service, image or repo is called. */
const databaseServers =
  /(mysql|mariadb|postgres|mongo|redis|valkey|elasticsearch|opensearch|clickhouse|rabbitmq|minio)/i;

function limitFindings(node: Located, service: Service): Finding[] {
  const { name, kind, disk, size = '' } = service;
  const place = placeOf(node);
  const findings: Finding[] = [];
  if (disk)
    findings.push(
      gap(
        'disk',
        `${name} keeps files on a disk of ${disk.sizeGb} GB at ${disk.path}.`,
        'Decide: S3 for uploads (several tasks, needs code), or EFS (a mounted folder, slower, no code; no database on it).',
        disk.evidence,
      ),
    );
  const server = databaseServers.exec([name, textOf(child(node, 'repo')), service.image].join(' '))?.[0];
  if (kind === 'private' && disk && server)
    findings.push(
      gap(
        'database-in-container',
        `${name} looks like a ${server} that runs in a container, with its data on a disk.`,
        'Decide: a managed service of AWS for it (its data moves by dump), or a task with EFS, which databases are slow on.',
        place,
      ),
    );
  if (size.toLowerCase() === 'free' && kind === 'web')
    findings.push(
      note(
        'render-free',
        `${name} is on the free plan, which sleeps when nobody asks.`,
        'Here it runs, and costs, all the time.',
        placeOf(child(node, 'plan') ?? node),
      ),
    );
  if (kind === 'web' && service.healthPath === undefined)
    findings.push(
      warning(
        'health-path-missing',
        `${name} has no health check path.`,
        'The load balancer asks /; give the app a path that is cheap to answer.',
        place,
      ),
    );
  return findings;
}

function originFindings(node: Located, service: Service): Finding[] {
  const { name, kind, docker, image, start, schedule } = service;
  const origin = child(node, 'repo');
  const place = placeOf(node);
  const findings: Finding[] = [];
  if (origin)
    findings.push(
      warning(
        'render-repo',
        `${name} is built from ${textOf(origin)}.`,
        'Where that is another repo than this one, its code is not here: migrate it there, or name a ready image.',
        placeOf(origin),
      ),
    );
  if (!docker && !image && kind !== 'static' && !start)
    findings.push(
      gap('start-missing', `${name} has no start command.`, 'Say how it starts: startCommand.', place),
    );
  if (kind === 'cron' && !schedule)
    findings.push(gap('schedule-missing', `${name} has no schedule.`, 'Give it one: schedule.', place));
  return findings;
}

/** What is to be said about a service beyond its single fields. */
export function serviceFindings(node: Located, service: Service): Finding[] {
  return [...limitFindings(node, service), ...ruleFindings(node, service), ...originFindings(node, service)];
}
