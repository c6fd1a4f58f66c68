import { quoteWords } from './commands.ts';
import type { PlatformName } from './plan.ts';
import type { Migration } from './stored.ts';

type Processes = NonNullable<Migration['there']>;

/** What is done on the old platform, as commands for a shell, or as words for a dashboard. */
export interface OldPlatform {
  /** As its owner writes it. */
  readonly title: string;
  /** What has to be known, as variables of the shell: name, value (an example where it is not known), what it is. */
  readonly names: readonly (readonly [name: string, value: string, what: string])[];
  /** The same for its database, where there is one to move. */
  readonly databaseNames?: OldPlatform['names'];
  /** Writes the variables to the file "$WORK/variables.env". */
  readonly variables: readonly string[];
  /** Sets OLD_DATABASE_URL. */
  readonly databaseUrl: readonly string[];
  /** Stops everything that writes. */
  readonly freeze: readonly string[];
  /** Starts it again. */
  readonly unfreeze: readonly string[];
  /** Makes "$WORK/old.dump", where the platform has a way of its own. */
  readonly dump?: readonly string[];
  /** Its databases are reached through this machine only. @default a task in AWS reaches them, too */
  readonly hidden?: true;
  /** What is particular about its databases. */
  readonly remarks: readonly string[];
  /** What keeps costing until it is deleted. */
  readonly leave: readonly string[];
  /** The same of its database. */
  readonly leaveDatabase?: readonly string[];
}

const asked = 'read -r -s -p "Address of the old database: " OLD_DATABASE_URL && export OLD_DATABASE_URL';

const render: OldPlatform = {
  title: 'Render',
  names: [],
  variables: [
    '# Dashboard → the service → Environment → Export: save it as $WORK/variables.env. The same for each group.',
  ],
  databaseUrl: [
    '# Dashboard → the database → Connect → External. It ends in .render.com; the internal one works on Render only.',
    asked,
  ],
  freeze: [
    '# Dashboard → each web service, worker and cron job → Settings → Suspend. Leave the database running.',
  ],
  unfreeze: ['# Dashboard → each service → Resume.'],
  remarks: [
    'Render makes the first user the owner of everything; `db restore` leaves owners out, so all of it belongs to `app` here.',
    'The external address answers whoever is in the access control list of the database. The tasks have another address each time: open it (`0.0.0.0/0`) for the time of the move; TLS and the password stay.',
  ],
  leave: ['# Dashboard → each service and database → Settings → Delete; or delete the Blueprint.'],
};

/** Processes with a number for each, as the commands of Heroku and Fly take them: `web=1 worker=4`. */
const counted = (processes: Processes, count: (known: number) => number = Number): string =>
  quoteWords(processes.map((one) => `${one.name}=${count(one.count)}`));

const atRest = (): number => 0;

/** Of each process but web, which maintenance mode keeps people from. */
function herokuScale(processes: Processes): { freeze: string[]; unfreeze: string[] } {
  if (processes.length === 0) return { freeze: [], unfreeze: [] };
  return {
    freeze: [
      'heroku ps --app "$HEROKU_APP" # how many there are of each, for the way back',
      `heroku ps:scale ${counted(processes, atRest)} --app "$HEROKU_APP"`,
    ],
    unfreeze: [`heroku ps:scale ${counted(processes)} --app "$HEROKU_APP" # as many as heroku ps showed`],
  };
}

const heroku = ({ app, there = [] }: Migration): OldPlatform => ({
  title: 'Heroku',
  names: [['HEROKU_APP', app ?? 'my-app', 'the app, as heroku apps lists it']],
  variables: ['heroku config --shell --app "$HEROKU_APP" > "$WORK/variables.env"'],
  databaseUrl: ['export OLD_DATABASE_URL=$(heroku config:get DATABASE_URL --app "$HEROKU_APP")'],
  freeze: [
    'heroku maintenance:on --app "$HEROKU_APP"',
    ...herokuScale(there.filter(({ name }) => name !== 'web')).freeze,
    '# And the jobs of the Scheduler add-on, in its dashboard.',
  ],
  unfreeze: [
    ...herokuScale(there.filter(({ name }) => name !== 'web')).unfreeze,
    'heroku maintenance:off --app "$HEROKU_APP"',
  ],
  dump: [
    'heroku pg:backups:capture --app "$HEROKU_APP"',
    'heroku pg:backups:download --app "$HEROKU_APP" --output "$WORK/old.dump"',
  ],
  remarks: [
    'Heroku keeps extensions in a schema of their own, `heroku_ext`, which a plain restore stumbles over (`schema "heroku_ext" does not exist`). `db restore` makes that schema and the extensions first, and puts it into the search path, as it was there.',
    'Roles of Heroku (`u1a2b3…`) do not exist here: owners and grants are left out, and all of it belongs to `app`.',
    'Heroku grants no REPLICATION, so no tool can follow changes: the move is dump and restore, with the app at rest.',
    '`DATABASE_URL` changes by itself when Heroku moves the database: read it right before you need it.',
  ],
  leave: ['heroku apps:destroy --app "$HEROKU_APP" # takes the add-ons and their backups along'],
});

/** A command for each service beside the one that RAILWAY_SERVICE names. */
const railwayOthers = ({ service, there = [] }: Migration, command: string): string[] =>
  there
    .filter(({ name }) => name !== service)
    .map(({ name }) => `railway ${command} --service ${quoteWords([name])} --yes`);

/** A database that only a driver speaks of is called as Railway calls it. */
const railwayDatabase = ({ database }: Migration): string =>
  database === undefined || database.name === 'postgres' ? 'Postgres' : database.name;

const railway = (migration: Migration): OldPlatform => ({
  title: 'Railway',
  names: [
    ['RAILWAY_SERVICE', quoteWords([migration.service || 'web']), 'the service, as the dashboard calls it'],
  ],
  databaseNames: [
    ['RAILWAY_DATABASE', quoteWords([railwayDatabase(migration)]), 'the database, as the dashboard calls it'],
  ],
  variables: ['railway variables --service "$RAILWAY_SERVICE" --kv > "$WORK/variables.env"'],
  databaseUrl: [
    '# The public address: the private one (railway.internal) works on Railway only.',
    `export OLD_DATABASE_URL=$(railway variables --service "$RAILWAY_DATABASE" --kv | sed -n 's/^DATABASE_PUBLIC_URL=//p')`,
  ],
  freeze: [
    '# Dashboard → each service but the database → Deployments → the active one → Remove. Cron schedules: Settings.',
    'railway down --service "$RAILWAY_SERVICE" --yes',
    ...railwayOthers(migration, 'down'),
  ],
  unfreeze: ['railway redeploy --service "$RAILWAY_SERVICE" --yes', ...railwayOthers(migration, 'redeploy')],
  remarks: [
    'Traffic through the public address is billed by Railway, and is slower than inside its network.',
    'The database of Railway runs as the superuser `postgres`: extensions that RDS does not have show in the rehearsal.',
  ],
  leave: ['# Dashboard → Project Settings → Danger → Delete.'],
});

/** Without a process group it means `app`, which an app with groups of other names has not. */
const flyCount = (groups: string, fallback: number): string =>
  `fly scale count ${groups || fallback} --app "$FLY_APP" --yes`;

const fly = ({ app, there = [] }: Migration): OldPlatform => ({
  title: 'Fly.io',
  names: [['FLY_APP', app ?? 'my-app', 'the app, as in fly.toml']],
  databaseNames: [['FLY_DATABASE', 'my-app-db', 'the app of the database, as fly apps list shows it']],
  variables: [
    `fly ssh console --app "$FLY_APP" --command printenv | grep -vE '^(PATH|HOME|HOSTNAME|TERM|PWD|OLDPWD|SHLVL|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|_|FLY_[A-Z0-9_]+|PRIMARY_REGION)=' > "$WORK/variables.env" # those of the machine left out`,
  ],
  databaseUrl: [
    '# In another terminal, for as long as it takes: fly proxy 15432:5432 --app "$FLY_DATABASE"',
    '# (Managed Postgres: fly mpg proxy.) Take user, password and name from DATABASE_URL of $WORK/variables.env.',
    'export OLD_DATABASE_URL="postgres://USER:PASSWORD@localhost:15432/NAME?sslmode=disable"',
  ],
  freeze: ['fly scale show --app "$FLY_APP" # for the way back', flyCount(counted(there, atRest), 0)],
  unfreeze: [`${flyCount(counted(there), 1)} # as many as fly scale show showed`],
  hidden: true,
  remarks: [
    'The proxy ends at your machine: tasks in AWS do not reach the old database, so all goes by a dump.',
  ],
  leave: ['fly apps destroy "$FLY_APP"'],
  leaveDatabase: ['fly apps destroy "$FLY_DATABASE"'],
});

const none: OldPlatform = {
  title: 'the old server',
  names: [],
  variables: ['# Copy the environment file of the server to $WORK/variables.env.'],
  databaseUrl: ['# The address of the old database, as the app has it; reachable from this machine.', asked],
  freeze: ['# Stop everything that writes: the web server, workers, crontab.'],
  unfreeze: ['# Start it again.'],
  remarks: [],
  leave: ['# Switch the old server off, once nothing asks for it any more.'],
};

const platforms: Readonly<Record<PlatformName, (migration: Migration) => OldPlatform>> = {
  render: () => render,
  heroku,
  railway,
  fly,
  none: () => none,
};

/** The words of the platform that an app comes from, with what is known of the app in them. */
export const oldPlatform = (migration: Migration): OldPlatform => platforms[migration.platform](migration);
