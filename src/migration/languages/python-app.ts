import { posix } from 'node:path';
import type { Evidence } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, lineOf } from './build.ts';

/** What serves an app, found in its source. Nothing is imported or run. */
export interface PythonApp {
  readonly framework: 'Django' | 'FastAPI' | 'Flask' | 'ASGI' | 'WSGI' | 'Streamlit' | undefined;
  /** `app.main:app`, `site.wsgi:application`. */
  readonly target: string | undefined;
  readonly asgi: boolean;
  readonly evidence: readonly Evidence[];
}

/** Most source files that are looked into for the object of an app. */
const mostFiles = 400;

const objects: readonly (readonly [
  pattern: RegExp,
  framework: NonNullable<PythonApp['framework']>,
  asgi: boolean,
])[] = [
  [/^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:fastapi\.)?FastAPI\(/m, 'FastAPI', true],
  [/^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:flask\.)?Flask\(/m, 'Flask', false],
  [/^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:Starlette|Litestar|Quart|Sanic|BlackSheep)\(/m, 'ASGI', true],
  [/^(\w+)\s*=\s*(?:Bottle|falcon\.App|falcon\.API|Bottle\.default_app)\(/m, 'WSGI', false],
  // A factory of a Flask app, called at the module's top.
  [/^(app|application|server)\s*=\s*(?:create_app|make_app|init_app)\(/m, 'Flask', false],
];

const factory = /^def (create_app|make_app)\([^)]*\)[^:]*:/m;

/** Sources below a folder, those that are likely to hold the app first. */
function sourcesOf(repo: SourceRepo, root: string): string[] {
  const start = root === '' ? '' : `${root}/`;
  const rank = (path: string): number => {
    const depth = path.split('/').length;
    const known = [
      'main.py',
      'app.py',
      'wsgi.py',
      'asgi.py',
      'server.py',
      'api.py',
      'run.py',
      '__init__.py',
    ].indexOf(posix.basename(path));
    return depth * 10 + (known < 0 ? 9 : known);
  };
  return repo.paths
    .filter(
      (path) =>
        path.startsWith(start) &&
        path.endsWith('.py') &&
        !/(^|\/)(tests?|migrations|docs|examples?|scripts)\//.test(path),
    )
    .map((path) => path.slice(start.length))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .slice(0, mostFiles);
}

/** The name under which a file is imported: `app.main` of `app/main.py`, `app` of `app/__init__.py`. */
export const moduleOf = (path: string): string =>
  path.replace(/(^|\/)__init__\.py$|\.py$/, '').replaceAll('/', '.');

function django(repo: SourceRepo, root: string): PythonApp | undefined {
  if (!repo.has(below(root, 'manage.py'))) return undefined;
  const text = repo.text(below(root, 'manage.py')) ?? '';
  const settings = /DJANGO_SETTINGS_MODULE['"],\s*['"]([\w.]+)['"]/.exec(text)?.[1];
  const packages = [settings?.split('.')[0], settings?.split('.').slice(0, -1).join('.')];
  const sources = sourcesOf(repo, root);
  const file = (name: string): string | undefined =>
    packages
      .map((one) => `${one?.replaceAll('.', '/')}/${name}`)
      .find((path) => repo.has(below(root, path))) ?? sources.find((path) => posix.basename(path) === name);
  const wsgi = file('wsgi.py');
  const asgi = file('asgi.py');
  const channels =
    asgi !== undefined && /ProtocolTypeRouter|channels/.test(repo.text(below(root, asgi)) ?? '');
  const path = channels || wsgi === undefined ? asgi : wsgi;
  return {
    framework: 'Django',
    target: path && `${moduleOf(path)}:application`,
    asgi: path !== undefined && path === asgi,
    evidence: [{ file: below(root, path ?? 'manage.py'), line: 1 }],
  };
}

/** Looks for what a server is to be given: Django's module, or an object that a framework makes. */
export function pythonApp(repo: SourceRepo, root: string, names: ReadonlySet<string>): PythonApp {
  const found = names.has('django') || repo.has(below(root, 'manage.py')) ? django(repo, root) : undefined;
  if (found) return found;
  for (const path of sourcesOf(repo, root)) {
    const file = below(root, path);
    const text = repo.text(file) ?? '';
    for (const [pattern, framework, asgi] of objects) {
      const name = pattern.exec(text)?.[1];
      if (name !== undefined)
        return {
          framework,
          asgi,
          target: `${moduleOf(path)}:${name}`,
          evidence: [{ file, line: lineOf(text, pattern) }],
        };
    }
    const make = factory.exec(text)?.[1];
    if (make !== undefined && names.has('flask'))
      return {
        framework: 'Flask',
        asgi: false,
        target: `${moduleOf(path)}:${make}()`,
        evidence: [{ file, line: lineOf(text, factory) }],
      };
    if (names.has('streamlit') && /^import streamlit|^from streamlit/m.test(text) && !path.includes('/'))
      return {
        framework: 'Streamlit',
        asgi: false,
        target: path,
        evidence: [{ file, line: lineOf(text, /streamlit/) }],
      };
  }
  const framework = names.has('fastapi') ? 'FastAPI' : names.has('flask') ? 'Flask' : undefined;
  return { framework, target: undefined, asgi: framework === 'FastAPI', evidence: [] };
}
