import { gap, note, warning } from './findings.ts';
import type { Evidence, Finding } from './plan.ts';
import type { SourceRepo } from './repo.ts';
import { platformVariable } from './variables-platform.ts';

/** What the code of a repo says about where it runs. */
export interface CodeReading {
  /** Environment variables that the code reads, with the places. */
  readonly variables: ReadonlyMap<string, readonly Evidence[]>;
  readonly findings: readonly Finding[];
}

const source = /\.(m?[jt]sx?|c[jt]s|py|vue|svelte|astro|rb|go|php|exs?|java|kt|cs|rs|sh|html?|prisma)$/;

/** Tests, documents, examples, and what was built or copied in. */
const aside =
  /(^|\/)(\.yarn|tests?|__tests__|__mocks__|spec|specs|e2e|cypress|fixtures?|docs?|examples?|vendor|vendored|third_party|dist|build|out|public\/build|staticfiles|storybook-static|migrations)\/|\.(test|spec|stories|min|bundle)\.[a-z]+$|(^|\/)(test_[^/]*|conftest)\.py$/;

/** Programs that describe a platform's project: they speak of its variables, and are no part of the app. */
const ofPlatform = /(^|\/)(\.railway\/|railway\.(ts|js|mjs)$)/;

/** How code of several languages reads a variable; the name is in one of the groups. */
const reads =
  /process\.env\.([A-Za-z_]\w*)|process\.env\[\s*['"`](\w+)['"`]|import\.meta\.env\.(\w+)|(?:os\.environ(?:\.get|\.setdefault|\.pop)?|os\.getenv|getenv|\benv(?:iron)?(?:\.\w+)?|\bconfig|get_string|get_bool|get_int|ENV\.fetch|Deno\.env\.get|Bun\.env\.get|System\.getenv|env!|env::var)\s*[([]\s*(?:name\s*=\s*)?['"]([A-Z][A-Z0-9_]+)['"]|ENV\[['"](\w+)['"]|Bun\.env\.(\w+)/g;

/** A platform's variable as a word of its own, where it is not read in one of the usual ways. */
const platformWord =
  /\b(RENDER_[A-Z_]+|HEROKU_[A-Z_]+|RAILWAY_[A-Z_]+|FLY_[A-Z_]+|DYNO)\b|['"](RENDER|IS_PULL_REQUEST|SOURCE_VERSION|PRIMARY_REGION)['"] (?:not )?in\b|\$\{?(RENDER|DYNO|SOURCE_VERSION)\b/g;

/** A sign in a line of code, and what is said about it. */
interface Sign {
  readonly pattern: RegExp;
  readonly make: (places: readonly Evidence[]) => Finding;
}

const signs: readonly Sign[] = [
  {
    pattern: /(?<![\w-])[\w-]{1,63}\.(onrender\.com|herokuapp\.com|up\.railway\.app|fly\.dev)\b/,
    make: (places) =>
      warning(
        'host-in-code',
        'Host names of a platform stand in the code.',
        'Read them from a variable, so that the switch of the address is no change of code.',
        places,
      ),
  },
  {
    pattern:
      /\bmulter\s*\(\s*\{\s*dest|diskStorage\s*\(|\bUPLOAD_(FOLDER|DIR|PATH)\b|\bMEDIA_ROOT\b|FileSystemStorage\s*\(|static\(\s*(path\.join\([^)]{0,200})?['"`][./]*uploads?['"`/]|createWriteStream\(\s*[`'"][^`'"]*upload/,
    make: (places) =>
      gap(
        'local-uploads',
        'Files that people send seem to be kept on the local disk.',
        'A task loses its disk when it ends, and does not see that of another: keep them in S3.',
        places,
      ),
  },
  {
    pattern:
      /sqlite3?:\/\/\/?|\bsqlite3\.connect\(|['"]better-sqlite3['"]|['"]node:sqlite['"]|django\.db\.backends\.sqlite3|^[ \t]*provider\s*=\s*"sqlite"|new sqlite3\.|dialect:\s*['"]sqlite['"]|type:\s*['"](better-)?sqlite3?['"]/,
    make: (places) =>
      gap(
        'sqlite',
        'The code can keep its data in SQLite, which is a file.',
        'A task loses its files when it ends: make sure that DATABASE_URL leads to PostgreSQL there, and move what is in the file.',
        places,
      ),
  },
  {
    pattern: /(replace|sub)\w*\(\s*r?['"`/]\^?postgres(ql)?:(\/\/|\\\/\\\/)?/,
    make: (places) =>
      note(
        'postgres-scheme',
        "The code changes the scheme of the database's address.",
        'The address begins with postgresql:// here; the change does no harm.',
        places,
      ),
  },
  {
    pattern: /rejectUnauthorized['"]?\s*:\s*false|sslmode=no-verify/,
    make: (places) =>
      warning(
        'tls-unverified',
        'The code does not check who it speaks TLS with.',
        'RDS has a certificate of its own authority: give the driver its bundle, and check.',
        places,
      ),
  },
  {
    pattern: /text\/event-stream|EventSourceResponse|new EventSource\(/,
    make: (places) =>
      note(
        'streams',
        'The code sends events over a connection that stays open (SSE).',
        'The load balancer keeps a silent connection for an hour where streaming is chosen.',
        places,
      ),
  },
  {
    pattern:
      /new WebSocketServer|from ['"]socket\.io['"]|require\(['"]socket\.io['"]\)|\.websocket\(\s*['"]|['"]flask_socketio['"]|from flask_socketio|WebSocketGateway\(/,
    make: (places) =>
      note(
        'websockets',
        'The code speaks WebSocket.',
        'The load balancer lets it through; with more than one task, messages between them need Redis, and polling needs stickiness.',
        places,
      ),
  },
];

/** One expression for all of them: most lines match none. */
const anySign = new RegExp(signs.map(({ pattern }) => `(?:${pattern.source})`).join('|'), 'm');

/** Places that are told of one sign; further ones are counted. */
const mostPlaces = 20;

/** Longest line that is looked at: longer ones were made by a program. */
const longestLine = 2000;

/** Collects what the lines of files say. */
class Scan {
  readonly variables = new Map<string, Evidence[]>();
  readonly found = new Map<Sign, Evidence[]>();

  file(file: string, text: string): void {
    const hasSign = anySign.test(text);
    const hasVariable = /env|config|get_|RENDER|HEROKU_|RAILWAY_|FLY_|DYNO/i.test(text);
    if (!hasSign && !hasVariable) return;
    for (const [index, line] of text.split('\n').entries()) {
      if (line.length > longestLine || /^\s*(\/\/|#(?!!)|\*|<!--)/.test(line)) continue;
      const place = { file, line: index + 1 };
      if (hasSign) for (const sign of signs) if (sign.pattern.test(line)) add(this.found, sign, place);
      if (hasVariable) for (const name of namesIn(line)) add(this.variables, name, place);
    }
  }
}

function add<K>(map: Map<K, Evidence[]>, key: K, place: Evidence): void {
  const places = map.get(key);
  if (places) places.push(place);
  else map.set(key, [place]);
}

function namesIn(line: string): Set<string> {
  const read = [...line.matchAll(reads)].flatMap((match) => match.slice(1).filter(Boolean));
  const words = [...line.matchAll(platformWord)].flatMap((match) => match.slice(1).filter(Boolean));
  return new Set([...read, ...words.filter((name) => platformVariable(name))]);
}

function platformFindings(variables: ReadonlyMap<string, readonly Evidence[]>): Finding[] {
  return [...variables].flatMap(([name, places]) => {
    const known = platformVariable(name);
    if (known === undefined) return [];
    const make = known.source ? warning : gap;
    const what = `The code reads ${name}, in which the old platform says ${known.says}.`;
    return [make('platform-variable', what, known.fix, limited(places))];
  });
}

const limited = (places: readonly Evidence[]): readonly Evidence[] => places.slice(0, mostPlaces);

function counted(finding: Finding): Finding {
  const more = finding.evidence.length - mostPlaces;
  if (more <= 0) return finding;
  return { ...finding, what: `${finding.what} (${more} more places)`, evidence: limited(finding.evidence) };
}

/** Looks through the source files of a repo, without its tests, documents and what was built. */
export function readCode(repo: SourceRepo): CodeReading {
  const scan = new Scan();
  for (const path of repo.paths)
    if (source.test(path) && !aside.test(path) && !ofPlatform.test(path)) {
      const text = repo.text(path);
      if (text !== undefined) scan.file(path, text);
    }
  const found = signs.flatMap((sign) => {
    const places = scan.found.get(sign);
    return places ? [counted(sign.make(places))] : [];
  });
  return { variables: scan.variables, findings: [...platformFindings(scan.variables), ...found] };
}
