import { parse } from 'jsonc-parser';
import { gap, note, warning } from './findings.ts';
import { imageKey } from './mapping-image.ts';
import type { Finding, PlatformName, Service } from './plan.ts';
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

const otherDoor = ({ name, domains, evidence }: Service): Finding =>
  gap(
    'second-web',
    `${name} is a second service with a public address${domains.length > 0 ? ` (${domains.map((one) => one.name).join(', ')})` : ''}.`,
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

/** Folders that are written at the top of the repo. */
const written = ['infra', 'ops'];

const isShared = (repo: SourceRepo, folder: string): boolean =>
  repo.paths.some((path) => path.startsWith(`${folder}/`));

/** What of those folders the image does not need: where the app has files in one, only what is installed there. */
export const besideApp = (repo: SourceRepo): string[] =>
  written.map((folder) => (isShared(repo, folder) ? `${folder}/node_modules` : folder));

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
  for (const folder of written)
    if (isShared(repo, folder))
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
