import { parseLine, programOf } from '../commands.ts';
import { packageScript } from '../commands-roles.ts';
import { gap, note, warning } from '../findings.ts';
import type { Evidence, Finding } from '../plan.ts';
import type { SourceRepo } from '../repo.ts';
import { below, type ImageVariable, type LanguageReading, type LanguageRequest, lineOf } from './build.ts';
import { browsersOf, debianPackages } from './debian.ts';
import { installLine, type NodeManager, nodeManager, pruneLine } from './node-manager.ts';
import { type PackageJson, readPackageJson, uses } from './package-json.ts';
import { maintainedNode, nodeMajor, usualNode } from './versions.ts';

/** Frameworks by their package, the one that says most first. */
const frameworks: readonly (readonly [name: string, title: string])[] = [
  ['next', 'Next.js'],
  ['nuxt', 'Nuxt'],
  ['@nestjs/core', 'NestJS'],
  ['@remix-run/serve', 'Remix'],
  ['@sveltejs/kit', 'SvelteKit'],
  ['astro', 'Astro'],
  ['@strapi/strapi', 'Strapi'],
  ['fastify', 'Fastify'],
  ['koa', 'Koa'],
  ['hono', 'Hono'],
  ['@hapi/hapi', 'hapi'],
  ['express', 'Express'],
  ['probot', 'Probot'],
];

/** Programs that are called otherwise than the package that brings them. */
const packageOfProgram: Readonly<Record<string, string>> = {
  nest: '@nestjs/cli',
  tsc: 'typescript',
  'babel-node': '@babel/node',
  dotenv: 'dotenv-cli',
  'remix-serve': '@remix-run/serve',
  strapi: '@strapi/strapi',
  sequelize: 'sequelize-cli',
  'typeorm-ts-node-commonjs': 'ts-node',
  'typeorm-ts-node-esm': 'ts-node',
  'ts-node-esm': 'ts-node',
};

interface Versioned {
  readonly version: string;
  readonly evidence: readonly Evidence[];
  readonly findings: readonly Finding[];
}

function versionSources(repo: SourceRepo, request: LanguageRequest, app: PackageJson): [string, Evidence][] {
  const { root, platform, settings } = request;
  const found: [string, Evidence][] = [];
  const add = (text: string | undefined, evidence: Evidence): void => {
    if (text !== undefined && text.trim() !== '') found.push([text.trim(), evidence]);
  };
  const engines = (): void => add(app.nodeVersion, app.place('engines', 'node'));
  if (platform === 'render') add(settings.get('NODE_VERSION'), { file: 'render.yaml', line: 1 });
  if (platform === 'heroku') engines();
  for (const folder of root === '' ? [''] : [root, '']) {
    for (const name of ['.node-version', '.nvmrc']) {
      const file = below(folder, name);
      const lines = (repo.text(file) ?? '').split('\n');
      add(
        lines.find((line) => line.trim() !== '' && !line.startsWith('#')),
        { file, line: 1 },
      );
    }
    const tools = below(folder, '.tool-versions');
    const text = repo.text(tools) ?? '';
    add(/^node(?:js)?\s+(\S+)/m.exec(text)?.[1], { file: tools, line: lineOf(text, /^node/m) });
  }
  add(app.voltaNode, app.place('volta', 'node'));
  engines();
  return found;
}

function nodeVersion(repo: SourceRepo, request: LanguageRequest, app: PackageJson): Versioned {
  const [first] = versionSources(repo, request, app);
  if (!first)
    return {
      version: usualNode,
      evidence: [],
      findings: [
        note(
          'node-version-unknown',
          `${app.file} names no version of Node.js; the image has ${usualNode}.`,
          `Compare it with node --version on the old platform, and write it into "engines".`,
          { file: app.file, line: 1 },
        ),
      ],
    };
  const [text, place] = first;
  const major = nodeMajor(text);
  if (major === undefined) {
    const what = `'${text}' is no version of Node.js that is known; the image has ${usualNode}.`;
    const findings = [gap('node-version-unread', what, 'Write a version such as 24 there.', place)];
    return { version: usualNode, evidence: [place], findings };
  }
  const old = Number(major) < Math.min(...maintainedNode);
  const what = `Node.js ${major} gets no security fixes any more.`;
  const fix = `It is kept, so that the move changes one thing at a time; go to ${usualNode} after it.`;
  return {
    version: major,
    evidence: [place],
    findings: old ? [warning('node-version-old', what, fix, place)] : [],
  };
}

/** Files from the context that the installation reads. */
function manifestsOf(repo: SourceRepo, { folder, lockFile }: NodeManager, workspace: boolean): string[] {
  const names = [
    'package.json',
    ...(lockFile === undefined ? [] : [lockFile]),
    '.npmrc',
    '.yarnrc',
    '.yarnrc.yml',
    'pnpm-workspace.yaml',
    '.pnpmfile.cjs',
  ];
  const own = names.filter((name) => repo.has(below(folder, name)));
  const start = folder === '' ? '' : `${folder}/`;
  const inside = (path: string): boolean => path.startsWith(start);
  const members = workspace
    ? repo.paths
        .filter((path) => inside(path) && path.endsWith('/package.json'))
        .map((path) => path.slice(start.length))
    : [];
  const folders = ['patches', 'prisma', '.yarn/plugins', '.yarn/patches'].filter((name) =>
    repo.paths.some((path) => path.startsWith(`${start}${name}/`)),
  );
  return [...own, ...members.filter((path) => path !== 'package.json'), ...folders];
}

/** A script that runs at installation and reads more than the manifests; husky and the like do nothing there. */
function installScript(app: PackageJson): string | undefined {
  return ['preinstall', 'install', 'postinstall', 'prepare', 'heroku-prebuild'].find((name) => {
    const text = app.scripts.get(name);
    return (
      text !== undefined &&
      !/^(husky|patch-package|lefthook|prisma generate|npx prisma generate|is-ci|simple-git-hooks)\b/.test(
        text.trim(),
      )
    );
  });
}

function buildLines(request: LanguageRequest, app: PackageJson, manager: string): string[] {
  if (request.buildLines !== undefined) return [...request.buildLines];
  const names =
    request.platform === 'heroku' && app.scripts.has('heroku-postbuild') ? ['heroku-postbuild'] : ['build'];
  const runner = manager === 'berry' ? 'yarn' : manager;
  return names.filter((name) => app.scripts.has(name)).map((name) => `${runner} run ${name}`);
}

/** The programs that lines start, scripts of package.json followed. */
function programsOf(lines: readonly string[], app: PackageJson, depth = 0): string[] {
  return lines.flatMap((line) =>
    parseLine(line).steps.flatMap(({ commands }) =>
      commands.flatMap((words) => {
        const script = packageScript(words);
        const text = script && app.scripts.get(script.name);
        if (text !== undefined && depth < 5) return programsOf([text], app, depth + 1);
        const loaders = words.flatMap((word, at) =>
          /^(-r|--require|--import|--loader)$/.test(words[at - 1] ?? '') ? [word] : [],
        );
        return [programOf(words)[0] ?? '', ...loaders];
      }),
    ),
  );
}

/** Packages for development alone that a start or release command runs. */
function developmentAtRun(lines: readonly string[], app: PackageJson): string[] {
  const names = programsOf(lines, app).map(
    (program) =>
      (Object.hasOwn(packageOfProgram, program) && packageOfProgram[program]) ||
      program.replace(/^((?:@[^/]+\/)?[^/]+)\/.*$/, '$1'),
  );
  return [...new Set(names)].filter((name) => app.devDependencies.has(name) && !app.dependencies.has(name));
}

function startLine(repo: SourceRepo, root: string, app: PackageJson): LanguageReading['start'] {
  const start = app.scripts.get('start');
  const production = ['start:prod', 'start:production', 'prod'].find((name) => app.scripts.has(name));
  // A server for development compiles at each start, and starts again at each change of a file.
  const develops = /\bnest start\b|nodemon|ts-node-dev|--watch\b|\b(next|nuxt|vite|remix|astro) dev\b/.test(
    start ?? '',
  );
  if (start !== undefined && production !== undefined && develops)
    return { text: `npm run ${production}`, evidence: [app.place('scripts', production)] };
  if (app.scripts.has('start')) return { text: 'npm start', evidence: [app.place('scripts', 'start')] };
  const file = [app.main, 'server.js', 'index.js', 'app.js'].find(
    (name) => name && repo.has(below(root, name)),
  );
  return file ? { text: `node ${file}`, evidence: [{ file: below(root, file), line: 1 }] } : undefined;
}

function variablesOf(framework: string | undefined, port: number): ImageVariable[] {
  const always = [
    { name: 'NODE_ENV', value: 'production', reason: 'As the old platform sets it.' },
    {
      name: 'HOST',
      value: '0.0.0.0',
      reason: 'A load balancer reaches no server that listens on localhost.',
    },
    { name: 'PORT', value: String(port), reason: 'The task sets the same one.' },
  ];
  const hostname = {
    name: 'HOSTNAME',
    value: '0.0.0.0',
    reason: 'A standalone server of Next.js listens on this name.',
  };
  return framework === 'Next.js' || framework === 'Nuxt' ? [...always, hostname] : always;
}

/** Reads a Node app; `undefined` where its folder has no package.json. */
export function readNode(repo: SourceRepo, request: LanguageRequest): LanguageReading | undefined {
  const { root } = request;
  const app = readPackageJson(repo, root);
  if (!app) return undefined;
  const called = [...(request.install ?? []), ...request.runs.map((line) => line.split(/\s+/))];
  const asked = called
    .map((words) =>
      (programOf(words)[0] ?? '').replace(/^(bun|pnp)x$/, (name) => (name === 'bunx' ? 'bun' : 'pnpm')),
    )
    .find((name) => /^(npm|yarn|pnpm|bun)$/.test(name));
  const manager = nodeManager(repo, root, app, asked);
  const versioned = nodeVersion(repo, request, app);
  const top = manager.folder === root ? app : (readPackageJson(repo, manager.folder) ?? app);
  const workspace = top.workspaces.length > 0 || repo.has(below(manager.folder, 'pnpm-workspace.yaml'));
  const flags = request.install?.flat() ?? [];
  const framework = frameworks.find(([name]) => uses(app, name))?.[1];
  const names = [...app.dependencies, ...app.devDependencies];
  const lines = buildLines(request, app, manager.manager);
  const script = installScript(app) ?? installScript(top);
  const start = startLine(repo, root, app);
  const development = developmentAtRun([...request.runs, ...(start ? [start.text] : [])], app);
  const prune = pruneLine(manager, workspace, flags);
  const generates = uses(app, '@prisma/client') && !programsOf(lines, app).includes('prisma');
  const heroku = request.platform === 'heroku' ? app.scripts : new Map<string, string>();
  const packages = debianPackages('node', names, request.aptPackages);
  const build = [...(generates ? ['npx prisma generate'] : []), ...lines];
  return {
    build: {
      language: 'node',
      version: versioned.version,
      versionEvidence: versioned.evidence,
      context: manager.folder,
      folder: root.slice(manager.folder.length).replace(/^\//, ''),
      manager: manager.manager,
      ...(manager.managerVersion !== undefined && { managerVersion: manager.managerVersion }),
      ...(manager.lockFile !== undefined && { lockFile: manager.lockFile }),
      manifests: manifestsOf(repo, manager, workspace),
      ...(script !== undefined && {
        installNeedsSource: `the script "${script}" of package.json runs with the installation`,
      }),
      beforeInstall: heroku.has('heroku-prebuild') ? ['npm run heroku-prebuild'] : [],
      install: [installLine(manager.manager, manager.lockFile !== undefined, flags)],
      build: [...build, ...(heroku.has('heroku-cleanup') ? ['npm run heroku-cleanup'] : [])],
      ...(development.length === 0 && prune !== undefined && { prune }),
      ...(development.length > 0 && { keepsDevelopment: `${development.join(', ')} is needed to run` }),
      packages,
      buildVariables: request.buildVariables,
      buildPlaceholders: {},
      variables: variablesOf(framework, 8000),
      ...(framework !== undefined && { framework }),
      port: 8000,
    },
    ...(start && { start }),
    findings: [
      ...app.findings,
      ...manager.findings,
      ...versioned.findings,
      ...aboutPackages(app, names, development),
    ],
  };
}

function aboutPackages(
  app: PackageJson,
  names: readonly string[],
  development: readonly string[],
): Finding[] {
  const place = { file: app.file, line: 1 };
  const findings = browsersOf(names).map((name) =>
    gap(
      'browser-needed',
      `${name} needs a browser, which the image has not.`,
      'Add the packages of Chromium to the Dockerfile, or use a browser service.',
      place,
    ),
  );
  if (development.length > 0)
    findings.push(
      warning(
        'node-development-package-at-run',
        `${development.join(', ')}: a development package that the app needs to run.`,
        'The image keeps all development packages for it. Move it to "dependencies" and delete the comment in the Dockerfile.',
        app.place('devDependencies', development[0] ?? ''),
      ),
    );
  return findings;
}
