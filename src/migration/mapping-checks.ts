import { gap, warning } from './findings.ts';
import type { AppImage } from './mapping-image.ts';
import type { Finding, MigrationPlan, Service } from './plan.ts';

/** Where the load balancer asks, and which answers count. */
export function healthOf(web: Service | undefined, packages: ReadonlySet<string>) {
  const evidence = web?.healthPath?.evidence ?? web?.evidence ?? [];
  const given = web?.healthPath?.text.trim();
  const path = given === undefined || given === '' ? '/' : given.startsWith('/') ? given : `/${given}`;
  const findings: Finding[] = [];
  if (given === undefined && web)
    findings.push(
      warning(
        'health-path-missing',
        'No file names a path for health checks.',
        'The load balancer asks for /, and any answer below 500 counts. Give it a path that touches nothing else, at "healthPath" in infra/settings.json.',
        evidence,
      ),
    );
  if (packages.has('django'))
    findings.push(
      warning(
        'health-allowed-hosts',
        "Django answers 400 to the load balancer's checks, which name the task's address as host.",
        'Any answer below 500 counts for now. Let the path answer before ALLOWED_HOSTS is asked, in a middleware, and set "healthCodes" to 200-399.',
        evidence,
      ),
    );
  const lenient = given === undefined || packages.has('django');
  return { path, codes: lenient ? '200-499' : '200-399', findings };
}

/** What ended more slowly than Fargate waits. */
export function stopFindings({ name, shutdownSeconds = 30, places, evidence }: Service): Finding[] {
  return shutdownSeconds <= 120
    ? []
    : [
        gap(
          'shutdown-too-long',
          `${name} had ${shutdownSeconds} s to end.`,
          'Fargate gives 120 s at most: let longer work be taken up again by the next task.',
          places?.stop ?? evidence,
        ),
      ];
}

/** What keeps variables from being put together when the task starts. */
export function startGaps(image: AppImage, composed: number): Finding[] {
  if (composed === 0) return [];
  const place = { file: image.dockerfile, line: 1 };
  const findings: Finding[] = [];
  if (!image.hasShell)
    findings.push(
      gap(
        'no-shell',
        'The image has no shell, and variables such as DATABASE_URL are put together by one.',
        'Take an image with a shell; or let the app put the address together itself, of DATABASE_HOST, DATABASE_USER and DATABASE_PASSWORD, and take "composed" out of infra/settings.json.',
        place,
      ),
    );
  if (image.command.length === 0 && image.ownCommand === undefined)
    findings.push(
      gap(
        'command-of-base',
        'The command of the image is that of its base image, which no file shows.',
        'Write its words to "command" of "container" in infra/settings.json: docker inspect --format "{{json .Config.Cmd}}" IMAGE',
        place,
      ),
    );
  return findings;
}

/** For an app that nothing reaches from outside. */
export const noWeb = ({ evidence }: MigrationPlan): Finding =>
  gap(
    'no-web-service',
    'Nothing in it is reached from outside.',
    'The load balancer is made and has no task behind it, which costs about 30 USD a month: take ServiceStack’s LoadBalancer out of infra/ if it stays so, or set minTasks and maxTasks once there is a web service.',
    evidence,
  );
