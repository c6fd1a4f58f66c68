import type { SourceRepo } from '../repo.ts';

/** The settings of a Django app: the text of all files that can hold them. */
export function djangoSettings(repo: SourceRepo, root: string): string {
  const start = root === '' ? '' : `${root}/`;
  const files = repo.paths.filter(
    (path) => path.startsWith(start) && /(^|\/)settings(\/\w+|_\w+)?\.py$/.test(path),
  );
  return files.map((file) => repo.text(file) ?? '').join('\n');
}

/** How a settings file reads a variable: `os.environ["X"]`, `env.bool("X", default=…)`, `config("X", cast=int)`. */
const reads =
  /(os\.environ\[|\benv(?:\.\w+)?\(|\bconfig\(|\bos\.getenv\(|\bos\.environ\.get\()\s*['"](\w+)['"]([^)\]\n]*)/g;

/** Whether the settings go on without the variable. A secret key of Django must not be empty, whoever reads it. */
function hasDefault(reader: string, name: string, rest: string): boolean {
  const asked = /getenv|environ\.get/.test(reader);
  if (asked) return rest.includes(',') || !/SECRET_KEY/.test(name);
  return /default/.test(rest) || (/^\s*,\s*[^\s=]+\s*$/.test(rest) && !reader.startsWith('config'));
}

function valueFor(name: string, rest: string): string {
  if (/cast=\s*(int|bool|float)/.test(rest) || /DEBUG|PORT$|COUNT|TIMEOUT|_(TTL|SIZE|SECONDS)$/.test(name))
    return '0';
  if (/^(REDIS|CELERY|CACHE|BROKER).*(URL|BACKEND|BROKER)/.test(name)) return 'redis://localhost:6379/0';
  return /DATABASE_URL|(DB|POSTGRES).*_UR[IL]/.test(name)
    ? 'postgres://build:build@localhost/build'
    : 'only-for-the-build';
}

/**
 * Values for the variables that Django's settings insist on while collectstatic runs. It talks to no database: the
 * values only have to be there, and be of the right form.
 */
export function buildPlaceholders(settings: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, reader = '', name = '', rest = ''] of settings.matchAll(reads))
    if (!hasDefault(reader, name, rest)) found[name] = valueFor(name, rest);
  return found;
}
