import { posix } from 'node:path';
import { type InlineVariable, programOf, type Step } from './commands.ts';

/** The port on which a command listens: a number that it fixes, or `$PORT`, with the number that stands in for it. */
export type CommandPort =
  | { readonly kind: 'fixed'; readonly port: number }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: number | undefined };

const flags =
  /^(-b|--bind|--http-bind|--listen|-l|-p|--port|--http-port|--http-socket|--server\.port|-Dserver\.port|--address|--listen-port)$/;
/** Where `-p` or `-l` is something else: a pid file, a pool, a log level. */
const otherMeaning: Readonly<Record<string, readonly string[]>> = {
  gunicorn: ['-p', '-l'],
  'gunicorn.app.wsgiapp': ['-p', '-l'],
  celery: ['-p', '-l', '-b'],
  uwsgi: ['-p', '-l', '-b'],
  python: ['-b', '-p', '-l'],
  node: ['-p', '-l'],
  daphne: ['-b'],
  cp: ['-p', '-l'],
  mkdir: ['-p'],
};

/** The values of a command's flags about addresses: of `--bind X`, `--bind=X` and `-bX`. */
function addresses(words: readonly string[]): string[] {
  const [program = '', ...args] = words;
  const strange = (Object.hasOwn(otherMeaning, program) && otherMeaning[program]) || [];
  return args.flatMap((word, index) => {
    const [name = '', value] = /^(--?[\w.-]+)=(.*)$/.exec(word)?.slice(1) ?? [word];
    if (flags.test(name) && !strange.includes(name)) return [value ?? args[index + 1] ?? ''];
    if (/^-[bp](?=[\d:$])/.test(word) && !strange.includes(word.slice(0, 2))) return [word.slice(2)];
    return args[index - 1] === 'runserver' || args[index - 1] === 'rundev' ? [word] : [];
  });
}

/** The port in `0.0.0.0:8000`, `[::]:$PORT`, `:8000`, `tcp://0.0.0.0:80`, `${PORT:-5000}` or `8000`. */
function portIn(address: string): CommandPort | undefined {
  const variable = /(?:^|:)\$\{?([A-Z_]*PORT[A-Z_]*)(?::?[-=](\d+))?\}?$/.exec(address);
  if (variable)
    return {
      kind: 'variable',
      name: variable[1] ?? 'PORT',
      fallback: variable[2] === undefined ? undefined : Number(variable[2]),
    };
  const port = Number(/(?:^|:)(\d{2,5})$/.exec(address)?.[1]);
  return port > 0 && port < 65_536 ? { kind: 'fixed', port } : undefined;
}

/** The port that a command names; `undefined` where it leaves it to the program. */
export function portOf(
  words: readonly string[],
  variables: readonly InlineVariable[] = [],
): CommandPort | undefined {
  const inline = [...variables, ...assignments(words)].find(
    ({ name, value }) => name === 'PORT' && /^\d+$/.test(value),
  );
  const named = addresses(programOf(words))
    .map(portIn)
    .filter((port) => port !== undefined);
  const port = named.find(({ kind }) => kind === 'fixed') ?? named[0];
  if (inline && port?.kind !== 'fixed') return { kind: 'fixed', port: Number(inline.value) };
  return port;
}

const assignments = (words: readonly string[]): InlineVariable[] =>
  words.flatMap((word) => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value }];
  });

/** The port of the last command of a line that names one: the server's. */
export function portOfSteps(steps: readonly Step[]): CommandPort | undefined {
  const ports = steps.flatMap(({ words, commands, variables }) =>
    (words.length > 0 ? [words] : commands).map((command) => portOf(command, variables)),
  );
  return ports.findLast((port) => port !== undefined);
}

/** What a server needs to be told so that it listens on all addresses, on $PORT. */
export interface ListenDefaults {
  /** Environment variables; `$PORT` in a value stands for the port. */
  readonly variables: Readonly<Record<string, string>>;
  /** Words to put after the command; they need a shell for `$PORT`. */
  readonly append: readonly string[];
  readonly reason: string;
}

interface Server {
  /** Flags of its own that say where it listens: with one of each it is left as it is. */
  readonly own: readonly RegExp[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly append?: readonly string[];
  readonly reason: string;
}

const servers: Readonly<Record<string, Server>> = {
  gunicorn: {
    own: [/^(-b|--bind|-c|--config)/],
    variables: { GUNICORN_CMD_ARGS: '--bind 0.0.0.0:$PORT' },
    reason: 'gunicorn listens on 127.0.0.1:8000 unless it is told otherwise; Render sets this variable, too.',
  },
  uvicorn: {
    own: [/^(--host|--uds|--fd)/, /^(--port|--uds|--fd)/],
    variables: { UVICORN_HOST: '0.0.0.0', UVICORN_PORT: '$PORT' },
    reason: 'uvicorn listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
  granian: {
    own: [/^--host/, /^--port/],
    variables: { GRANIAN_HOST: '0.0.0.0', GRANIAN_PORT: '$PORT' },
    reason: 'granian listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
  flask: {
    own: [/^(-h|--host)/, /^(-p|--port)/],
    variables: { FLASK_RUN_HOST: '0.0.0.0', FLASK_RUN_PORT: '$PORT' },
    reason:
      'flask run is a server for development, and listens on 127.0.0.1:5000 unless it is told otherwise.',
  },
  streamlit: {
    own: [/^--server\.port/],
    variables: {
      STREAMLIT_SERVER_PORT: '$PORT',
      STREAMLIT_SERVER_ADDRESS: '0.0.0.0',
      STREAMLIT_SERVER_HEADLESS: 'true',
    },
    reason: 'Streamlit listens on 8501 unless it is told otherwise.',
  },
  chainlit: {
    own: [/^--host/, /^(-p|--port)/],
    variables: { CHAINLIT_HOST: '0.0.0.0', CHAINLIT_PORT: '$PORT' },
    reason: 'Chainlit listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
  hypercorn: {
    own: [/^(-b|--bind)/],
    append: ['--bind', '0.0.0.0:$PORT'],
    reason: 'hypercorn listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
  daphne: {
    own: [/^(-p|--port|-e|-u)/],
    append: ['-b', '0.0.0.0', '-p', '$PORT'],
    reason: 'daphne listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
  fastapi: {
    own: [/^--port/],
    append: ['--host', '0.0.0.0', '--port', '$PORT'],
    reason: 'fastapi run listens on port 8000 unless it is told otherwise.',
  },
  'waitress-serve': {
    own: [/^--(listen|port)/],
    append: ['--listen=0.0.0.0:$PORT'],
    reason: 'waitress listens on port 8080 unless it is told otherwise.',
  },
  'manage.py': {
    own: [/^[\d:.[\]$]+/],
    append: ['0.0.0.0:$PORT'],
    reason:
      'runserver is a server for development, and listens on 127.0.0.1:8000 unless it is told otherwise.',
  },
};

/** What a command must be given so that a load balancer reaches it; `undefined` where it says so itself. */
export function listenDefaults(words: readonly string[]): ListenDefaults | undefined {
  const program = programOf(words);
  const [first = '', ...args] = program[0] === 'python' ? program.slice(1) : program;
  const name = first === 'gunicorn.app.wsgiapp' ? 'gunicorn' : posix.basename(first);
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (!server) return undefined;
  if (name === 'flask' && !args.includes('run')) return undefined;
  if ((name === 'streamlit' || name === 'chainlit' || name === 'fastapi') && args[0] !== 'run')
    return undefined;
  if (name === 'manage.py' && args[0] !== 'runserver') return undefined;
  const looked = name === 'manage.py' ? args.slice(1) : args;
  if (server.own.every((flag) => looked.some((word) => flag.test(word)))) return undefined;
  return { variables: server.variables ?? {}, append: server.append ?? [], reason: server.reason };
}
