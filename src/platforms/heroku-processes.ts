import { gap, note, warning } from '../migration/findings.ts';
import type { Finding, Service, ShellLine, Variable } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import type { Formation } from './heroku-app-json.ts';
import type { ProcessLine } from './procfile.ts';

/** What a process of Heroku becomes. */
export interface ProcessReading {
  readonly service: Service;
  readonly findings: readonly Finding[];
}

/** What is the same for all processes of an app. */
export interface Surroundings {
  readonly repo: SourceRepo;
  readonly formation: ReadonlyMap<string, Formation>;
  readonly variables: readonly Variable[];
  readonly release: ShellLine | undefined;
  readonly dockerOf: (process: string) => Service['docker'];
}

/** Programs that a buildpack puts before the app's own, and what to do without them. */
const wrappers: readonly (readonly [pattern: RegExp, what: string, fix: string])[] = [
  [
    /^bin\/start-pgbouncer(-stunnel)?$/,
    'PgBouncer, which shares connections to the database',
    'The app connects itself here. Count tasks × workers × connections against what the database takes; RDS Proxy takes its place.',
  ],
  [
    /^bin\/start-nginx(-static|-solo)?$/,
    'nginx, which answers before the app',
    'The load balancer speaks to the app itself here, which must listen on $PORT. What config/nginx.conf.erb does must go into the app or into CloudFront.',
  ],
  [
    /^bin\/(start-stunnel|qgsocksify|qgtunnel|start-dyno-agent|start-redis-proxy|with-ddagent)$/,
    'a proxy of a buildpack',
    'Find out what it does, and whether it is needed here.',
  ],
  [/^vendor\/\S+$/, 'a program of a buildpack', 'Add it to the Dockerfile where it is needed.'],
];

/** The line without the programs of buildpacks that are not in the repo, with a finding for each. */
function unwrap(repo: SourceRepo, { command, place }: ProcessLine): { text: string; findings: Finding[] } {
  const [first = ''] = command.split(/\s+/, 1);
  const found = wrappers.find(([pattern]) => pattern.test(first.replace(/^\.\//, '')));
  const rest = command.slice(first.length).trim();
  if (!found || repo.has(first.replace(/^\.\//, '')) || first.startsWith('vendor/'))
    return { text: command, findings: [] };
  const finding = gap(
    'heroku-buildpack-program',
    `${first} is ${found[1]}, and comes from a buildpack.`,
    found[2],
    place,
  );
  const inner = rest === '' ? { text: '', findings: [] } : unwrap(repo, { name: '', command: rest, place });
  return { text: inner.text, findings: [finding, ...inner.findings] };
}

/** Processes that must not run twice: they say when something is to be done. */
const clock = /^(clock|cron|beat|scheduler?|worker[-_]beat|celery[-_]?beat)$/;
const embeddedClock = /\bcelery\b.*\sbeat\b|\bcelery\b.*\s(-B|--beat)(\s|$)/;

const isClock = ({ name, command }: ProcessLine): boolean => clock.test(name) || embeddedClock.test(command);

function findingsOf(line: ProcessLine, quantity: number | undefined): Finding[] {
  const { name, place } = line;
  const several = (quantity ?? 1) > 1;
  const findings: Finding[] = [];
  if (name !== 'web' && quantity === undefined)
    findings.push(
      gap(
        'heroku-process-count',
        `How many of ${name} run is not in the repo: Heroku starts only web by itself.`,
        'See it with heroku ps; the plan has one.',
        place,
      ),
    );
  if (quantity === 0)
    findings.push(
      note(
        'heroku-process-off',
        `The formation starts no ${name}.`,
        'It is there with no task; drop it where it is of no use.',
        place,
      ),
    );
  if (name !== 'web' && /^web[-_]/.test(name))
    findings.push(
      warning(
        'heroku-not-public',
        `${name} is not public on Heroku: only web is.`,
        'It runs as a worker. Give it a load balancer of its own where it is to be reached.',
        place,
      ),
    );
  if (/^mcp/.test(name))
    findings.push(
      note(
        'heroku-mcp',
        `${name} is a server of tools for Heroku's own models.`,
        'It runs as a worker; nothing here calls it.',
        place,
      ),
    );
  if (quantity !== 0 && isClock(line))
    findings.push(
      warning(
        'runs-once',
        `${name} says when something is to be done, so it must run once only${several ? `; ${quantity} of it run there` : ''}.`,
        `${several ? 'Where the work asks for more, let a process of its own be the clock. ' : ''}It has one task here, and two for a moment at each deployment: jobs must stand being started twice. EventBridge Scheduler (vibely cron) does it without.`,
        place,
      ),
    );
  return findings;
}

/** Turns a process into a service. The release command goes with one of them: the one in whose image it runs. */
export function readProcess(line: ProcessLine, hasRelease: boolean, around: Surroundings): ProcessReading {
  const { name, place } = line;
  const formation = around.formation.get(name);
  const { quantity, size } = formation ?? {};
  const { text, findings } = unwrap(around.repo, line);
  const docker = around.dockerOf(name);
  const service: Service = {
    name,
    kind: name === 'web' ? 'web' : 'worker',
    root: '',
    ...(docker && { docker }),
    ...(text !== '' && { start: { text, evidence: [place] } }),
    ...(hasRelease && around.release && { release: around.release }),
    ...(size !== undefined && { size }),
    tasks: { min: quantity ?? 1, max: quantity ?? 1 },
    ...(isClock(line) && { once: true }),
    shutdownSeconds: 30,
    domains: [],
    variables: around.variables,
    ...(formation && { places: { size: formation.place, tasks: formation.place } }),
    evidence: [place],
  };
  return { service, findings: [...findings, ...findingsOf(line, quantity)] };
}
