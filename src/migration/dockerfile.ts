import { posix } from 'node:path';
import { getsSignals } from './commands-exec.ts';
import type { AppBuild, ImageVariable, PackageManager } from './languages/build.ts';

/** What the image is given beside the app itself. */
export interface ImageOptions {
  /** Whether it talks to RDS: the image gets Amazon's certificate authorities. */
  readonly database: boolean;
  /** Words of the image's own command: those of the web process. Empty for none. */
  readonly command: readonly string[];
}

const registry = 'public.ecr.aws/docker/library';

/** Where each package manager keeps what it has downloaded. */
const caches: Readonly<Record<PackageManager, string>> = {
  npm: '/root/.npm',
  pnpm: '/root/.local/share/pnpm/store',
  yarn: '/usr/local/share/.cache/yarn',
  berry: '/root/.yarn/berry/cache',
  bun: '/root/.bun/install/cache',
  pip: '/root/.cache/pip',
  poetry: '/root/.cache/pypoetry',
  pipenv: '/root/.cache/pip',
  uv: '/root/.cache/uv',
};

/** The package that brings a package manager, for those that the base image has not. */
function managerLines({ manager, managerVersion: version = '' }: AppBuild): string[] {
  const packages: Partial<Record<PackageManager, string>> = {
    pnpm: `pnpm@${version}`,
    yarn: `yarn@${version}`,
    berry: `@yarnpkg/cli-dist@${version}`,
    bun: `bun@${version}`,
  };
  const name = packages[manager];
  if (name !== undefined)
    // --force: some images of Node bring a yarn of their own.
    return [
      '# From npm: corepack is not in every image of Node.',
      `RUN npm install --global --force ${name}`,
    ];
  if (manager === 'poetry') return [`RUN pip install --no-cache-dir 'poetry==${version}.*'`];
  return manager === 'uv' || manager === 'pipenv' ? [`RUN pip install --no-cache-dir ${manager}`] : [];
}

const aptLines = (packages: readonly string[]): string[] =>
  packages.length === 0
    ? []
    : [
        `RUN apt-get update && apt-get install --yes --no-install-recommends ${packages.join(' ')} \\`,
        '    && rm -rf /var/lib/apt/lists/*',
      ];

/** COPY of files and folders, each to where it lies. */
function copyLines(paths: readonly string[]): string[] {
  const byFolder = Map.groupBy(paths, (path) => posix.dirname(path));
  return [...byFolder].flatMap(([folder, all]) => {
    const files = all.filter((path) => /\.|^Pipfile$|\/Pipfile$/.test(posix.basename(path)));
    const folders = all.filter((path) => !files.includes(path));
    const target = folder === '.' ? './' : `${folder}/`;
    return [
      ...(files.length > 0 ? [`COPY ${files.join(' ')} ${target}`] : []),
      ...folders.map((path) => `COPY ${path} ./${path}`),
    ];
  });
}

/** A RUN line; the variables are set for it alone. */
function runLine(line: string, cache?: string, variables: Readonly<Record<string, string>> = {}): string {
  const mount = cache === undefined ? '' : `--mount=type=cache,target=${cache} `;
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const prefix = set.length > 0 ? `export ${set.join(' ')} \\\n    && ` : '';
  return `RUN ${mount}${prefix}${line.trim().replaceAll('\n', ' \\\n')}`;
}

function envLines(variables: readonly ImageVariable[]): string[] {
  const said = variables
    .filter(({ reason }) => reason !== '')
    .map(({ name, reason }) => `# ${name}: ${reason}`);
  const pairs = variables.map(
    ({ name, value }) => `${name}=${/^[\w./:$-]+$/.test(value) ? value : JSON.stringify(value)}`,
  );
  return variables.length === 0 ? [] : [...said, `ENV ${pairs.join(' \\\n    ')}`];
}

function buildEnvironment({ language, manager }: AppBuild): ImageVariable[] {
  if (language === 'node')
    return [
      { name: 'HUSKY', value: '0', reason: '' },
      { name: 'NEXT_TELEMETRY_DISABLED', value: '1', reason: '' },
      // yarnPath names a file of the source, which is not there yet; what is installed above is that version.
      ...(manager === 'berry' || manager === 'yarn'
        ? [{ name: 'YARN_IGNORE_PATH', value: '1', reason: '' }]
        : []),
      ...(manager === 'berry' ? [{ name: 'YARN_NODE_LINKER', value: 'node-modules', reason: '' }] : []),
      ...(manager === 'berry' ? [{ name: 'YARN_ENABLE_GLOBAL_CACHE', value: 'true', reason: '' }] : []),
    ];
  const uv = [
    { name: 'UV_PROJECT_ENVIRONMENT', value: '/venv', reason: '' },
    { name: 'UV_PYTHON_DOWNLOADS', value: 'never', reason: '' },
    { name: 'UV_LINK_MODE', value: 'copy', reason: '' },
  ];
  return [
    { name: 'VIRTUAL_ENV', value: '/venv', reason: '' },
    { name: 'PATH', value: '/venv/bin:$PATH', reason: '' },
    ...(manager === 'uv' ? uv : []),
  ];
}

/** A value between double quotes, as Docker reads it. */
const quoted = (value: string): string =>
  /^[\w./:@,=+-]*$/.test(value)
    ? value
    : `"${value.replace(/[\\"$]/g, String.raw`\$&`).replaceAll('\n', ' ')}"`;

/** Settings of the package managers themselves, which the installation reads. */
const ofInstallation = /^(NPM_|npm_|PIP_|YARN_|PNPM_|UV_|POETRY_|PRISMA_|PUPPETEER_|NODE_OPTIONS$)/;

/** ARG lines: before the installation only what that reads, so that another value does not install everything again. */
function argumentLines({ buildVariables }: AppBuild, when: 'install' | 'build'): string[] {
  const some = buildVariables.filter(({ name }) => ofInstallation.test(name) === (when === 'install'));
  if (some.length === 0) return [];
  return [
    '# What the build reads, none of it secret. Another value: --build-arg NAME=value.',
    ...some.map(({ name, value }) => (value === undefined ? `ARG ${name}` : `ARG ${name}=${quoted(value)}`)),
  ];
}

function installLines(app: AppBuild): string[] {
  const { manifests, installNeedsSource, install, beforeInstall, manager, folder } = app;
  const within = folder === '' ? '' : `cd ${folder} && `;
  const runs = [
    ...beforeInstall.map((line) => runLine(`${within}${line}`)),
    ...install.map((line) => runLine(line, caches[manager])),
  ];
  if (installNeedsSource !== undefined || manifests.length === 0)
    return [
      ...(installNeedsSource === undefined ? [] : [`# The whole source: ${installNeedsSource}.`]),
      'COPY . .',
      ...runs,
    ];
  return [
    '# Before the source: a change of the code does not install the dependencies again.',
    ...copyLines(manifests),
    ...runs,
    'COPY . .',
  ];
}

function buildLines(app: AppBuild): string[] {
  const { folder, build, buildPlaceholders, prune, keepsDevelopment } = app;
  const within = folder === '' ? '' : `cd ${folder} && `;
  const placeholders = Object.keys(buildPlaceholders).length > 0;
  const django = (line: string): boolean => line.includes('manage.py');
  return [
    ...(placeholders && build.some(django)
      ? ['# Values without a meaning: the settings insist on them, and no secret belongs into an image.']
      : []),
    ...build.map((line) => runLine(`${within}${line}`, undefined, django(line) ? buildPlaceholders : {})),
    ...(prune === undefined ? [] : ['# What only the build needed.', runLine(prune)]),
    ...(keepsDevelopment === undefined ? [] : [`# Development packages stay: ${keepsDevelopment}.`]),
  ];
}

function certificates({ language }: AppBuild, { database }: ImageOptions): string[] {
  if (!database) return [];
  const variable = language === 'node' ? 'NODE_EXTRA_CA_CERTS' : 'PGSSLROOTCERT';
  return [
    '# The certificate authorities of Amazon RDS. A build argument, so that a test can put its own in place.',
    'ARG RDS_CA_BUNDLE=https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem',
    '# hadolint ignore=DL3020',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an argument of the Dockerfile
    'ADD --chmod=644 ${RDS_CA_BUNDLE} /etc/ssl/rds-ca.pem',
    `ENV ${variable}=/etc/ssl/rds-ca.pem`,
  ];
}

/** The user of the image, by number. */
const userOf = ({ language }: AppBuild): string => (language === 'node' ? '1000:1000' : '10001:10001');

function finalStage(app: AppBuild, options: ImageOptions): string[] {
  const { language, folder, packages, variables, port } = app;
  const python: ImageVariable[] = [
    { name: 'PATH', value: '/venv/bin:$PATH', reason: '' },
    { name: 'HOME', value: '/tmp', reason: '' },
    { name: 'PYTHONDONTWRITEBYTECODE', value: '1', reason: '' },
  ];
  const node: ImageVariable[] = [{ name: 'PATH', value: '/app/node_modules/.bin:$PATH', reason: '' }];
  const inFolder =
    folder === ''
      ? []
      : [
          {
            name: 'PATH',
            value: `/app/${folder}/node_modules/.bin:/app/node_modules/.bin:$PATH`,
            reason: '',
          },
        ];
  const paths = language === 'python' ? python : folder === '' ? node : inFolder;
  const user = userOf(app);
  return [
    ...aptLines(packages.run),
    ...(app.managerAtRun ? managerLines(app) : []),
    ...envLines([...paths, ...variables]),
    ...certificates(app, options),
    `WORKDIR /app${folder === '' ? '' : `/${folder}`}`,
    ...(language === 'python' ? ['COPY --from=build /venv /venv'] : []),
    '# Owned by the user that runs it, for an app may write beside its code. What it writes is gone with the task.',
    `COPY --from=build --chown=${user} /app /app`,
    '',
    '# By number: ECS and Kubernetes can tell that it is not root.',
    `USER ${user}`,
    `EXPOSE ${port}`,
    ...commandLines(options.command),
  ];
}

function commandLines(command: readonly string[]): string[] {
  if (command.length === 0) return [];
  const shell = /^(ba)?sh$/.test(command[0] ?? '') && command[1] === '-c';
  const reason = !getsSignals(command)
    ? '# A shell stays in front of what it starts, and keeps SIGTERM to itself: a stop takes the whole grace period.'
    : shell
      ? '# A shell for what only it can do; exec gives its place to the server, so that SIGTERM reaches it.'
      : '# No shell in between: SIGTERM reaches the server itself.';
  return [reason, `CMD [${command.map((word) => JSON.stringify(word)).join(', ')}]`];
}

/** The text of a Dockerfile: one stage that installs and builds, and one that runs, without root and without tools. */
export function dockerfile(app: AppBuild, options: ImageOptions): string {
  const base = `${registry}/${app.language}:${app.version}-slim`;
  const lines = [
    `FROM ${base} AS build`,
    'WORKDIR /app',
    ...aptLines(app.packages.build),
    ...managerLines(app),
    ...(app.language === 'python' ? ['RUN python -m venv /venv'] : []),
    ...envLines(buildEnvironment(app)),
    ...argumentLines(app, 'install'),
    ...installLines(app),
    ...argumentLines(app, 'build'),
    ...buildLines(app),
    '',
    `FROM ${base}`,
    ...finalStage(app, options),
  ];
  return `${lines.join('\n')}\n`;
}

const ignoredBy: Readonly<Record<AppBuild['language'], readonly string[]>> = {
  node: ['**/node_modules', '**/.next', '**/.turbo', '**/coverage', '**/npm-debug.log'],
  python: [
    '**/.venv',
    '**/venv',
    '**/__pycache__',
    '**/*.pyc',
    '**/.pytest_cache',
    '**/.mypy_cache',
    '**/.ruff_cache',
  ],
};

/**
 * The text of .dockerignore for an image of the app's own.
 * @param beside paths of the image's context that no part of the app is in.
 */
export function dockerignore(language: AppBuild['language'] | undefined, beside: readonly string[]): string {
  const languages = language === undefined ? (['node', 'python'] as const) : ([language] as const);
  const lines = [
    '# Everything that the image is not built from: secrets stay out of its layers, and what is installed on a laptop',
    '# does not take the place of what the build installs.',
    '.git',
    '**/.env',
    '**/.env.*',
    // Builds copy them: cp .env.example .env && next build
    ...['example', 'sample', 'template', 'dist'].map((name) => `!**/.env.${name}`),
    '**/.DS_Store',
    ...languages.flatMap((name) => ignoredBy[name]),
    '**/cdk.out',
    ...beside,
    '.github',
    '.yo-rc.json',
    '.vibely.lock.json',
    '.dockerignore',
    'Dockerfile',
  ];
  return `${lines.join('\n')}\n`;
}
