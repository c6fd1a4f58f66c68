import { programOf, type Step } from './commands.ts';

/**
 * What a step of a build or start line is for: it installs what the app depends on, makes the image (`build`), changes
 * the database once per deployment (`release`), sets the stage for the steps after it (`context`: `cd`,
 * `export`), does nothing that an image needs (`noise`), or is the line's own matter (`other`).
 */
export type StepRole = 'context' | 'install' | 'build' | 'release' | 'noise' | 'other';

/** The package managers of Node that run scripts. */
const runner = /^(npm|pnpm|yarn|bun)$/;

/** Schema migrations and first data, each as program and arguments. */
const releases: readonly RegExp[] = [
  /^alembic (\S+ )*?(upgrade|stamp)\b/,
  /^(python )?(\S+\/)?manage\.py (migrate|createcachetable|loaddata|createsuperuser|syncdb)\b/,
  /^django-admin migrate\b/,
  /^flask (-\S+ \S+ |--app[ =]\S+ )*(db (upgrade|migrate|stamp)|deploy|init-db|create-db|seed)\b/,
  /^prisma (migrate (deploy|dev)|db (push|seed))\b/,
  /^knex (\S+ )*?(migrate:(latest|up)|seed:run)\b/,
  /^(sequelize|sequelize-cli) (\S+ )*?db:(migrate|seed)(:all)?( |$)/,
  /^typeorm\S* (\S+ )*?(migration:run|schema:sync)\b/,
  /^drizzle-kit (migrate|push)\b/,
  /^node-pg-migrate (\S+ )*?up\b/,
  /^(db-migrate|migrate-mongo|dbmate|goose|migrate) (\S+ )*?(up|migrate)\b/,
  /^(mikro-orm|mikro-orm-esm) (\S+ )*?(migration:up|schema:update)\b/,
  /^(rails|rake) (\S+ )*?db:(migrate|prepare|setup|seed|schema:load|create)\b/,
  /^php artisan (migrate|db:seed)\b/,
  /^(superset|airflow) db (upgrade|migrate|init)\b/,
  /^(superset|airflow) init\b/,
  /^(aerich upgrade|yoyo apply|piccolo migrations forwards|mix ecto\.migrate|flyway migrate|edgedb migrate)\b/,
  /^(payload migrate|medusa (db:migrate|migrations run)|directus (bootstrap|database migrate))\b/,
  /^(python|node|tsx|ts-node|bash|sh) (-\S+ )*(\S+\/)?(run[_-])?(db[_-])?(migrat\w*|init[_-]?db|create[_-](tables|db)|seed)([_-]\w+)?\.(py|js|mjs|cjs|ts|sh)\b/,
  /^((run[_-])?(db[_-])?migrat\w*|init[_-]?db)(\.(sh|py))?$/,
];

/** What makes files for the image: it must not wait for the start, where they would be made again in each task. */
const builds: readonly RegExp[] = [
  /^(python )?(\S+\/)?manage\.py (collectstatic|compress|compilemessages|tailwind build)\b/,
  /^django-admin (collectstatic|compilemessages)\b/,
  /^prisma generate\b/,
  /^(next|nest|nuxt|vite|remix|astro|ng|vue-cli-service|react-scripts|gatsby|strapi|turbo|nx|tsup|rollup|parcel) (\S+ )?build\b/,
  /^(tsc|webpack|esbuild|babel|swc)( |$)/,
  /^flask (\S+ )*?assets build\b/,
];

/** Installing tools and getting into an environment: the Dockerfile does both in its own way. */
const noises: readonly RegExp[] = [
  /^(true|:|clear|date|env|whoami|pwd|ls|printenv|uname)( |$)/,
  /^corepack (enable|prepare)\b/,
  /^npm (install|i) (-g|--global) (npm|pnpm|yarn|corepack)(@\S+)?$/,
  /^npm config set\b/,
  /^(source|\.) \S*activate$/,
  /^pip3? install (--?\S+ )*(--upgrade |-U )?((pip|setuptools|wheel|poetry|uv|pipenv)(==\S+)?( |$))+$/,
  /^python -m venv\b|^venv\b|^virtualenv\b/,
  /^poetry (config|lock|self)\b/,
  /^(node|npm|python|pip|yarn|pnpm) (-v|-V|--version)$/,
];

const installs: readonly RegExp[] = [
  /^npm (install|i|ci|clean-install)( --?\S+)*$/,
  /^yarn( install)?( --?\S+)*$/,
  /^(pnpm|bun) (install|i)( --?\S+)*$/,
  /^(uv )?pip3? (install|sync)( --?\S+)* (-r|--requirement|-e|\.)/,
  /^(poetry|pipenv|uv|pdm) (install|sync)( |$)/,
];

const migrationScript = /(^|[:_-])(migrate|migrations?|db:(push|seed|deploy|setup)|seed)([:_-]|$)/;
const notMigration = /generate|create|make|new|build|dev|revert|down|rollback|status|reset|test|lint/;

/** The script of package.json that a command runs: `start` of `npm start`, `build` of `yarn build`. */
export function packageScript(
  words: readonly string[],
): { name: string; rest: readonly string[] } | undefined {
  const [manager = '', ...after] = programOf(words);
  if (!runner.test(manager)) return undefined;
  const args = after.filter((word) => !/^(-s|--silent|--if-present|--production)$/.test(word));
  const [first = '', second, ...more] = args;
  if (first === 'run' || first === 'run-script')
    return second ? { name: second, rest: withoutDashes(more) } : undefined;
  if (/^(start|test)$/.test(first)) return { name: first, rest: withoutDashes(args.slice(1)) };
  const known =
    /^(install|i|ci|add|exec|dlx|x|config|init|audit|cache|global|remove|prune|workspaces?|dedupe|set|why)?$/;
  return (manager === 'yarn' || manager === 'pnpm') && !first.startsWith('-') && !known.test(first)
    ? { name: first, rest: args.slice(1) }
    : undefined;
}

const withoutDashes = (words: readonly string[]): readonly string[] =>
  words[0] === '--' ? words.slice(1) : words;

/** The role of one command, from its words alone: what a script of package.json does is not looked at. */
export function roleOfWords(words: readonly string[]): StepRole {
  if (words.length === 0) return 'other';
  const text = programOf(words).join(' ');
  if (/^(cd|export|set|unset|source|\.|umask|ulimit|shopt)( |$)/.test(text))
    return noises.some((noise) => noise.test(text)) ? 'noise' : 'context';
  if (noises.some((noise) => noise.test(text))) return 'noise';
  if (installs.some((install) => install.test(text)) && !/ --prefix[ =]| -C | --cwd/.test(text))
    return 'install';
  if (releases.some((release) => release.test(text))) return 'release';
  if (builds.some((build) => build.test(text))) return 'build';
  const script = packageScript(words)?.name;
  if (script === undefined) return 'other';
  if (migrationScript.test(script) && !notMigration.test(script)) return 'release';
  return /^(pre)?build([:_-](?!.*(start|serve))|$)|^postinstall$/.test(script) ? 'build' : 'other';
}

/** The role of a step; for a pipe or a subshell, the role that all of its commands share, else `other`. */
export function roleOf(step: Step): StepRole {
  if (step.words.length > 0) {
    const role = roleOfWords(step.words);
    const silent = /^echo( |$)/.test(step.words.join(' ')) && step.shell !== 'redirection';
    return silent ? 'noise' : role;
  }
  if (step.variables.length > 0) return 'context';
  const roles = new Set(
    step.commands.map(roleOfWords).filter((role) => role !== 'noise' && role !== 'context'),
  );
  if (roles.size === 2 && roles.has('release') && step.shell === 'pipe') return 'release';
  const [only = 'other'] = roles;
  return roles.size === 1 ? only : 'other';
}

/** Whether a step has, among others, commands that change the database: it cannot be taken apart. */
export const hidesRelease = (step: Step): boolean =>
  roleOf(step) === 'other' && step.commands.some((words) => roleOfWords(words) === 'release');
