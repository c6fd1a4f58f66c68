import { posix } from 'node:path';
import { programOf } from '../commands.ts';
import { warning } from '../findings.ts';
import type { Evidence, Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, lineOf } from './build.ts';

/** What the source says of where the app listens. */
export interface ListeningCode {
  /** A port that is written into the code; absent where the code asks for $PORT, or nothing was found. */
  readonly port?: number;
  readonly findings: readonly Finding[];
}

const nothing: ListeningCode = { findings: [] };

/** Most source files that are looked into. */
const mostFiles = 300;

/** How code asks for the port of its environment. */
const asks = /\bPORT\b/;

const patterns: Readonly<Record<'node' | 'python', readonly RegExp[]>> = {
  node: [
    /\.listen\(\s*(\d{2,5})\b/,
    /\.listen\(\s*\{[^}]{0,500}\bport:\s*(\d{2,5})\b/,
    /^[ \t]*(?:const|let|var)\s+port\s*=\s*(\d{2,5})\b/im,
    /\bserve\(\s*\{[^}]{0,500}\bport:\s*(\d{2,5})\b/,
  ],
  python: [
    /\b(?:uvicorn|app|socketio|application|web|hypercorn)\.run(?:_app)?\([^)]{0,500}\bport\s*=\s*(\d{2,5})\b/,
    /^[ \t]*port\s*=\s*(\d{2,5})\b/im,
    /\bserve\([^)]{0,500}\bport\s*=\s*(\d{2,5})\b/,
  ],
};

/** A server that only its own machine reaches. */
const onlyHere: Readonly<Record<'node' | 'python', RegExp>> = {
  node: /\.listen\([^)]{0,500}['"](localhost|127\.0\.0\.1)['"]/,
  python: /\.run\([^)]{0,500}\bhost\s*=\s*['"](localhost|127\.0\.0\.1)['"]/,
};

function sourcesOf(repo: SourceRepo, root: string, ending: RegExp): string[] {
  const start = root === '' ? '' : `${root}/`;
  return repo.paths
    .filter((path) => path.startsWith(start) && ending.test(path))
    .filter(
      (path) =>
        !/(^|\/)(\.yarn|tests?|__tests__|e2e|client|frontend|docs|examples?|scripts|dist|build)\/|\.(test|spec|config)\./.test(
          path,
        ),
    )
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    .slice(0, mostFiles);
}

/** The port of gunicorn's own settings: of the file that `-c` names, or of gunicorn.conf.py. */
function gunicornPort(repo: SourceRepo, root: string, words: readonly string[]): ListeningCode {
  const at = words.findIndex((word) => /^(-c|--config)$/.test(word));
  const named =
    (at < 0 ? undefined : words[at + 1]) ?? words.find((word) => word.startsWith('--config='))?.slice(9);
  const file = below(root, posix.normalize(named ?? 'gunicorn.conf.py'));
  const text = repo.text(file) ?? '';
  const port = Number(/^[ \t]*bind\s*=\s*f?['"][^'"]*:(\d{2,5})['"]/m.exec(text)?.[1]);
  return asks.test(text) || Number.isNaN(port) ? nothing : { port, findings: [] };
}

/**
 * The port that an app's own source fixes, for a command that names none: `app.listen(3000)`. Code that reads PORT
 * anywhere is taken to listen on it.
 */
export function listeningCode(
  repo: SourceRepo,
  root: string,
  language: 'node' | 'python',
  words: readonly string[],
): ListeningCode {
  const [program = ''] = programOf(words);
  if (program === 'gunicorn' || program === 'gunicorn.app.wsgiapp') return gunicornPort(repo, root, words);
  if (!/^(node|python|tsx|ts-node|bun|npm|yarn|pnpm)$/.test(program) && words[1] !== '-m') return nothing;
  const files = sourcesOf(repo, root, language === 'node' ? /\.(c|m)?(j|t)s$/ : /\.py$/);
  const texts = files.map((file) => [file, repo.text(file) ?? ''] as const);
  const found = texts.flatMap(([file, text]) => {
    const pattern = patterns[language].find((one) => one.test(text));
    const port = Number(pattern?.exec(text)?.[1]);
    return pattern && port > 0 && port < 65_536
      ? [{ port, place: { file, line: lineOf(text, pattern) } }]
      : [];
  });
  const [first] = found;
  const findings = texts.flatMap(([file, text]) => localFinding(file, text, onlyHere[language]));
  if (first === undefined || texts.some(([, text]) => asks.test(text))) return { findings };
  return { port: first.port, findings: [...findings, fixedFinding(first.port, first.place)] };
}

function localFinding(file: string, text: string, pattern: RegExp): Finding[] {
  if (!pattern.test(text)) return [];
  return [
    warning(
      'listens-on-localhost',
      `${file} listens on localhost, where no load balancer reaches it.`,
      'Let it listen on 0.0.0.0, at least where NODE_ENV or a variable of yours says production.',
      { file, line: lineOf(text, pattern) },
    ),
  ];
}

const fixedFinding = (port: number, place: Evidence): Finding =>
  warning(
    'port-in-code',
    `The code listens on port ${port} whatever PORT says.`,
    'The load balancer is told so. Read process.env.PORT, or os.environ["PORT"], to have it in one place.',
    place,
  );
