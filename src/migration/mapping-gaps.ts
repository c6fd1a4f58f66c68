import { parse } from 'jsonc-parser';
import { gap, note, warning } from './findings.ts';
import { imageKey } from './mapping-image.ts';
import type { Database, Finding, PlatformName, Service } from './plan.ts';
import type { SourceRepo } from './repo.ts';

function diskGap({ name, disk }: Service): Finding[] {
  if (!disk) return [];
  return [
    gap(
      'disk',
      `${name} has a disk of ${disk.sizeGb} GB at ${disk.path}.`,
      'A task has no disk that outlives it. Decide: S3, for what users upload (boto3 or @aws-sdk/client-s3 on ASSETS_BUCKET; any number of tasks; no paths of files), or EFS, mounted at that path (the code stays as it is; slower, about 0.36 USD a GB and month; not for SQLite under load). Until then what is written there is gone with each deployment.',
      disk.evidence,
    ),
  ];
}

function staticGap({ name, build, publish, evidence }: Service): Finding {
  const pages = publish?.text ?? 'the built pages';
  return gap(
    'static-site',
    `${name} is a static site.`,
    `It stays outside: on Vercel, import the repo, with '${build?.text ?? 'npm run build'}' as build command and '${pages}' as output; or S3 behind CloudFront: aws s3 sync ${pages} s3://BUCKET --delete. Headers and routes of the old platform go into vercel.json or a CloudFront function.`,
    evidence,
  );
}

const otherImage = ({ name, kind, evidence }: Service, lead: string, own: string, shared: string): Finding =>
  gap(
    'other-image',
    `${name} (${kind}) is built from ${own}; ${lead} is built from ${shared}.`,
    'One repo has one image here. Put what it needs into the same Dockerfile and add it with vibely worker or vibely cron; or give it a repo of its own and run vibely migrate there.',
    evidence,
  );

const otherDoor = ({ name, evidence }: Service): Finding =>
  gap(
    'second-web',
    `${name} is a second service with a public address.`,
    'One service is behind the load balancer here. Serve both under paths of one app, or give it a repo of its own and run vibely migrate there.',
    evidence,
  );

/**
 * Sorts the services into those that run the app's image beside the web service, and those that are left out: of other
 * images, sites, and what has a port of its own.
 * @param lead the service that gives the image: the web service where there is one.
 */
export function leftOut(
  repo: SourceRepo,
  platform: PlatformName,
  web: Service | undefined,
  lead: Service | undefined,
  services: readonly Service[],
): { kept: Service[]; findings: Finding[] } {
  const kept: Service[] = [];
  const findings: Finding[] = services.flatMap(diskGap);
  const origin = (one: Service): string => one.repo ?? imageKey(repo, platform, one);
  const shared = lead === undefined ? '' : origin(lead);
  for (const service of services.filter((one) => one !== web)) {
    const own = service.kind === 'static' ? '' : origin(service);
    if (service.kind === 'static') findings.push(staticGap(service));
    else if (own !== shared) findings.push(otherImage(service, lead?.name ?? 'the app', own, shared));
    else if (service.kind === 'web') findings.push(otherDoor(service));
    else kept.push(service);
  }
  return { kept, findings };
}

/** What is said of databases that are not set up here, or not as they were there. */
export function databaseGaps(
  databases: readonly Database[],
  postgres: Database | undefined,
  redis: Database | undefined,
  packages: ReadonlySet<string>,
): Finding[] {
  const findings = databases
    .filter((database) => database !== postgres && database !== redis)
    .map(({ name, kind, evidence }) => {
      const what =
        kind === 'postgres' || kind === 'redis'
          ? `${name} is a further ${kind === 'postgres' ? 'PostgreSQL' : 'Redis'}.`
          : `${name} is a database of the kind ${kind}.`;
      const elsewhere: Readonly<Record<Database['kind'], string>> = {
        postgres:
          'Make it a second database of the same server (CREATE DATABASE), and give its address as a secret.',
        redis:
          'Use one cache with two prefixes or database numbers, or run a second one and give its address as a secret.',
        mongo:
          'MongoDB Atlas in the same region of AWS goes on as it is: give its address as a secret. DocumentDB lacks commands that MongoDB has.',
        mysql:
          'RDS for MySQL is not set up here: make it by hand in the isolated subnets, or move to PostgreSQL (pgloader); give its address as a secret.',
        other: 'Find out where it can run, and give its address as a secret.',
      };
      return gap('database-elsewhere', what, elsewhere[kind], evidence);
    });
  if (postgres && postgres.version === undefined)
    findings.push(
      warning(
        'database-version-unknown',
        `No file says which version of PostgreSQL ${postgres.name} is.`,
        'The newest, 18, was taken: it reads a dump of every older one. Ask the old server: SELECT version()',
        postgres.evidence,
      ),
    );
  const queues = ['celery', 'rq', 'django-rq', 'bull', 'bullmq', 'bee-queue', 'arq'].filter((name) =>
    packages.has(name),
  );
  if (redis && queues.length > 0)
    findings.push(
      warning(
        'cache-as-queue',
        `${queues.join(', ')} keeps work in ${redis.name} that is not done yet.`,
        'The cache has one node here, and what is in it is lost when that fails: set "nodes" to 2 in infra/settings.json, or let the work be found again. Let the old queue run empty before the switch.',
        redis.evidence,
      ),
    );
  return findings;
}

/** Settings of the whole repo that the folders which are written would change the meaning of. */
export function repoWarnings(repo: SourceRepo): Finding[] {
  const findings: Finding[] = [];
  const text = repo.text('tsconfig.json');
  const config =
    text === undefined ? undefined : (parse(text) as { include?: unknown; files?: unknown } | undefined);
  if (config !== undefined && config !== null && config.include === undefined && config.files === undefined)
    findings.push(
      warning(
        'tsconfig-takes-all',
        'tsconfig.json has neither "include" nor "files": it takes every .ts file of the repo.',
        'Add "infra" and "ops" to its "exclude", or the build compiles them, too, and puts its output elsewhere: on the old platform as well.',
        { file: 'tsconfig.json', line: 1 },
      ),
    );
  for (const folder of ['infra', 'ops'])
    if (repo.paths.some((path) => path.startsWith(`${folder}/`)))
      findings.push(
        note(
          'folder-shared',
          `There is a folder ${folder}/ already.`,
          'The new files lie beside yours; one of the same name is refused before anything is written.',
          { file: `${folder}/`, line: 1 },
        ),
      );
  return findings;
}
