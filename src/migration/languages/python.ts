import { gap, note, warning } from '../findings.ts';
import type { Evidence, Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, type LanguageReading, type LanguageRequest, lineOf } from './build.ts';
import { browsersOf, debianPackages } from './debian.ts';
import { buildPlaceholders, djangoSettings } from './django-settings.ts';
import { type PythonApp, pythonApp } from './python-app.ts';
import { pythonManager } from './python-manager.ts';
import { tomlText } from './requirements.ts';
import { maintainedPython, pythonMinor, usualPython } from './versions.ts';

function versionSources(repo: SourceRepo, { root, settings }: LanguageRequest): [string, Evidence][] {
  const found: [string, Evidence][] = [];
  const add = (text: string | undefined, file: string, pattern?: RegExp): void => {
    const line = pattern ? lineOf(repo.text(file) ?? '', pattern) : 1;
    if (text !== undefined && text.trim() !== '') found.push([text.trim(), { file, line }]);
  };
  add(settings.get('PYTHON_VERSION'), 'render.yaml');
  for (const folder of root === '' ? [''] : [root, '']) {
    for (const name of ['.python-version', 'runtime.txt']) {
      const file = below(folder, name);
      add(
        (repo.text(file) ?? '').split('\n').find((line) => /^\s*[\w.-]/.test(line)),
        file,
      );
    }
    const tools = below(folder, '.tool-versions');
    add(/^python\s+(\S+)/m.exec(repo.text(tools) ?? '')?.[1], tools, /^python\s/m);
  }
  const pipfile = below(root, 'Pipfile');
  for (const key of ['python_full_version', 'python_version'])
    add(tomlText(repo, pipfile, 'requires', key), pipfile, new RegExp(key));
  const pyproject = below(root, 'pyproject.toml');
  add(tomlText(repo, pyproject, 'project', 'requires-python'), pyproject, /requires-python/);
  add(tomlText(repo, pyproject, 'tool', 'poetry', 'dependencies', 'python'), pyproject, /^python\s*=/m);
  return found;
}

interface Versioned {
  readonly version: string;
  readonly evidence: readonly Evidence[];
  readonly findings: readonly Finding[];
}

function pythonVersion(repo: SourceRepo, request: LanguageRequest): Versioned {
  const [first] = versionSources(repo, request);
  if (!first) {
    const what = `No file names a version of Python; the image has ${usualPython}.`;
    const fix = 'Compare it with python --version on the old platform, and write it into .python-version.';
    return {
      version: usualPython,
      evidence: [],
      findings: [
        note('python-version-unknown', what, fix, { file: below(request.root, '.python-version'), line: 1 }),
      ],
    };
  }
  const [text, place] = first;
  const minor = pythonMinor(text);
  if (minor === undefined) {
    const what = `'${text}' is no version of Python 3 that is known; the image has ${usualPython}.`;
    return {
      version: usualPython,
      evidence: [place],
      findings: [gap('python-version-unread', what, 'Write a version such as 3.13 there.', place)],
    };
  }
  const old = Number(minor.split('.')[1]) < Math.min(...maintainedPython);
  const what = `Python ${minor} gets no security fixes any more.`;
  const fix = `It is kept, so that the move changes one thing at a time; go to ${usualPython} after it.`;
  return {
    version: minor,
    evidence: [place],
    findings: old ? [warning('python-version-old', what, fix, place)] : [],
  };
}

/** Whether the image is to collect Django's static files though no line says so: as Heroku and Railway do. */
function collectsStatic(request: LanguageRequest, app: PythonApp, settings: string): boolean {
  if (app.framework !== 'Django' || request.buildLines !== undefined) return false;
  return !request.settings.has('DISABLE_COLLECTSTATIC') && /^[ \t]*STATIC_ROOT\s*=/m.test(settings);
}

const servers = {
  gunicorn: 'gunicorn',
  uvicorn: 'uvicorn',
  daphne: 'daphne',
  hypercorn: 'hypercorn',
} as const;

/** The line that serves the app, and the server that has to be installed for it. */
function startLine(
  repo: SourceRepo,
  root: string,
  app: PythonApp,
  names: ReadonlySet<string>,
): { text: string; server?: string } | undefined {
  const { target, asgi, framework } = app;
  if (target === undefined) {
    const file = ['main.py', 'app.py', 'server.py', 'run.py', 'bot.py'].find((name) =>
      repo.has(below(root, name)),
    );
    return file ? { text: `python ${file}` } : undefined;
  }
  if (framework === 'Streamlit') return { text: `streamlit run ${target}` };
  const word = /[()]/.test(target) ? `'${target}'` : target;
  if (asgi) {
    const server = names.has('uvicorn') || !names.has('hypercorn') ? servers.uvicorn : servers.hypercorn;
    const there = names.has(server) || (framework === 'FastAPI' && names.has('fastapi-cli'));
    return { text: `${server} ${word}`, ...(!there && { server }) };
  }
  return { text: `gunicorn ${word}`, ...(!names.has('gunicorn') && { server: servers.gunicorn }) };
}

const herokuPath = { name: 'PYTHONPATH', value: '/app', reason: 'As Heroku sets it.' };

/** Reads a Python app; `undefined` where nothing in its folder says what it needs. */
export function readPython(repo: SourceRepo, request: LanguageRequest): LanguageReading | undefined {
  const { root } = request;
  const manager = pythonManager(repo, root, request.install);
  if (!manager) return undefined;
  const versioned = pythonVersion(repo, request);
  const app = pythonApp(repo, root, manager.names);
  const settings = app.framework === 'Django' ? djangoSettings(repo, root) : '';
  const runs = request.runs.join('\n');
  const start = startLine(repo, root, app, manager.names);
  // A start line of the owner's own decides; only where there is none, a server may be missing.
  const server = request.runs.length === 0 ? start?.server : missingServer(runs, manager.names);
  const hooks = request.platform === 'heroku' ? herokuHooks(repo, root) : { before: [], after: [] };
  const collect = collectsStatic(request, app, settings) ? ['python manage.py collectstatic --noinput'] : [];
  const build = [...manager.installSource, ...hooks.after, ...(request.buildLines ?? []), ...collect];
  const usesDjango = build.some((line) => line.includes('manage.py'));
  const place = { file: below(root, manager.manifests[0] ?? 'requirements.txt'), line: 1 };
  const git = manager.needsGit ? ['git', 'ca-certificates'] : [];
  const packages = debianPackages('python', manager.names, request.aptPackages);
  return {
    build: {
      language: 'python',
      version: versioned.version,
      versionEvidence: versioned.evidence,
      context: root,
      folder: '',
      manager: manager.manager,
      ...(manager.managerVersion !== undefined && { managerVersion: manager.managerVersion }),
      ...(manager.lockFile !== undefined && { lockFile: manager.lockFile }),
      manifests: manager.manifests,
      ...(manager.needsSource !== undefined && { installNeedsSource: manager.needsSource }),
      beforeInstall: hooks.before,
      install: [...manager.install, ...(server === undefined ? [] : [`pip install ${server}`])],
      build,
      packages: { build: [...new Set([...packages.build, ...git])].sort(), run: packages.run },
      buildVariables: request.buildVariables,
      buildPlaceholders: usesDjango ? buildPlaceholders(settings) : {},
      variables: [
        ...(request.platform === 'heroku' ? [herokuPath] : []),
        { name: 'PYTHONUNBUFFERED', value: '1', reason: 'What is printed reaches the log at once.' },
        {
          name: 'HOST',
          value: '0.0.0.0',
          reason: 'A load balancer reaches no server that listens on localhost.',
        },
        { name: 'PORT', value: '8000', reason: 'The task sets the same one.' },
      ],
      ...(app.framework !== undefined && { framework: app.framework }),
      port: 8000,
    },
    ...(start && { start: { text: start.text, evidence: app.evidence.length > 0 ? app.evidence : [place] } }),
    findings: [
      ...manager.findings,
      ...versioned.findings,
      ...(server === undefined ? [] : [serverMissing(server, place)]),
      ...browsersOf(manager.names).map((name) =>
        gap(
          'browser-needed',
          `${name} needs a browser, which the image has not.`,
          'Add the packages of Chromium to the Dockerfile, or use a browser service.',
          place,
        ),
      ),
    ],
  };
}

/** A server that a line starts, and that no manifest names. Packages that bring it along are known. */
function missingServer(runs: string, names: ReadonlySet<string>): string | undefined {
  const brings: Readonly<Record<string, readonly string[]>> = {
    uvicorn: ['uvicorn', 'uvicorn-worker', 'fastapi', 'nicegui', 'gradio', 'chainlit', 'mcp'],
    gunicorn: ['gunicorn', 'ddtrace'],
  };
  if (names.size === 0) return undefined;
  return ['gunicorn', 'uvicorn', 'hypercorn', 'daphne', 'celery'].find(
    (name) =>
      new RegExp(String.raw`(^|[\s/;&])${name}\s`, 'm').test(runs) &&
      !(brings[name] ?? [name]).some((one) => names.has(one)),
  );
}

const serverMissing = (server: string, place: Evidence): Finding =>
  warning(
    'python-server-missing',
    `${server} serves the app and is not among its requirements.`,
    `The image installs the newest one; add ${server} to the requirements, with its version.`,
    place,
  );

/** The hooks of Heroku's buildpack: scripts that run before and after the installation. */
function herokuHooks(repo: SourceRepo, root: string): { before: string[]; after: string[] } {
  const hook = (name: string): string[] => (repo.has(below(root, `bin/${name}`)) ? [`bash bin/${name}`] : []);
  return { before: hook('pre_compile'), after: hook('post_compile') };
}
