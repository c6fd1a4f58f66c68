import type { BuildReading } from './language.ts';
import type { Exported } from './variables-files.ts';

/** Where a statement was read: a file's path from the top of the repo, and its line, counted from 1. */
export interface Evidence {
  readonly file: string;
  readonly line: number;
}

/** Something the owner must know: said as it is found, never dropped in silence. */
export interface Finding {
  /** `gap`: not carried over, and needs a decision or work; `warning`: carried over, but look; `note`: for information. */
  readonly level: 'gap' | 'warning' | 'note';
  /** Stable, for tests and documents: `render-previews`, `procfile-not-a-process`. */
  readonly id: string;
  /** One sentence: what was found. */
  readonly what: string;
  /** One sentence: what to do about it, or what was done. */
  readonly fix: string;
  readonly evidence: readonly Evidence[];
}

/** The platforms that are read; `none` is an app whose repo names no platform. */
export type PlatformName = 'render' | 'heroku' | 'railway' | 'fly' | 'none';

/** Where the value of a variable comes from in the new home. */
export type VariableSource =
  /** A literal that may stand in the repo. */
  | { readonly kind: 'plain'; readonly value: string }
  /** A secret whose value the owner pushes to SSM; its value is never read into the plan. */
  | { readonly kind: 'secret' }
  /** A random secret of at least 44 characters, made once. */
  | { readonly kind: 'generated' }
  /** Composed in the task from what the infrastructure knows: a database's or a cache's address, a service's. */
  | { readonly kind: 'database'; readonly database: string; readonly property: DatabaseProperty }
  | {
      readonly kind: 'service';
      readonly service: string;
      /** `host` is the name inside the network; `url` and `public-host` are what the world calls it by. */
      readonly property: 'host' | 'port' | 'hostport' | 'url' | 'public-host';
    }
  /** The app's own public address. */
  | { readonly kind: 'own-url'; readonly property: 'url' | 'host' }
  /** The value that another service has under `variable`. */
  | { readonly kind: 'copy'; readonly service: string; readonly variable: string }
  /** Needed while the image is built. */
  | { readonly kind: 'build'; readonly value: string | undefined }
  /** Read by the front end's build, public by its nature (NEXT_PUBLIC_, VITE_). */
  | { readonly kind: 'front-end'; readonly value: string | undefined }
  /** Means something on the old platform only. */
  | { readonly kind: 'dropped'; readonly reason: string };

export type DatabaseProperty = 'url' | 'host' | 'port' | 'hostport' | 'user' | 'password' | 'name';

/** An environment variable of a service. */
export interface Variable {
  readonly name: string;
  readonly source: VariableSource;
  /** Why it was sorted that way, as a comment says it. */
  readonly reason: string;
  /** Name of the group it comes from: the services of a group share its values, generated ones, too. */
  readonly group?: string;
  readonly evidence: readonly Evidence[];
}

/** A command as the platform runs it: a line for a shell. */
export interface ShellLine {
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** What runs the same way as a process of its own. */
export interface Service {
  /** As in the platform's file; `web` where it has no name. */
  readonly name: string;
  readonly kind: 'web' | 'private' | 'worker' | 'cron' | 'static';
  /** Folder of the service from the top of the repo; empty for the top. */
  readonly root: string;
  /** Path of the owner's own Dockerfile from the top of the repo, and its context; absent where the platform builds from source. */
  readonly docker?: { readonly file: string; readonly context: string; readonly target?: string };
  /** Another repo that it is built from: its code is not in this one. */
  readonly repo?: string;
  /** A ready image that is pulled as it is. */
  readonly image?: string;
  /** The platform's name for the language, where it says one: `node`, `python`, `ruby`. */
  readonly runtime?: string;
  readonly build?: ShellLine;
  readonly start?: ShellLine;
  /** Runs once per deployment, before the new version takes traffic. */
  readonly release?: ShellLine;
  /** Unix cron, five fields, UTC: for a cron alone. */
  readonly schedule?: ShellLine;
  /** Port that the platform or the command fixes; absent where the app reads $PORT. */
  readonly port?: number;
  readonly healthPath?: ShellLine;
  /** The platform's name of the size, as in the file. */
  readonly size?: string;
  /** Smallest number of tasks, and largest; both 0 for a cron and a static site. */
  readonly tasks: { readonly min: number; readonly max: number };
  /** Whether it must not run twice, however many of it run there: it says when something is to be done. */
  readonly once?: boolean;
  /** Utilisation in percent that scaling aims at; absent where the number of tasks is fixed. */
  readonly scaling?: { readonly cpu?: number; readonly memory?: number };
  /** Seconds that a process gets to end. */
  readonly shutdownSeconds?: number;
  readonly disk?: { readonly path: string; readonly sizeGb: number; readonly evidence: readonly Evidence[] };
  readonly domains: readonly Domain[];
  /** Folder with the built pages, from the service's root: for a static site alone. */
  readonly publish?: ShellLine;
  /** When it is deployed; absent where the file says nothing. */
  readonly deploys?: Deploys;
  readonly variables: readonly Variable[];
  /** Where the file says these; what is absent is the platform's default. */
  readonly places?: Readonly<Partial<Record<'port' | 'size' | 'tasks' | 'stop', Evidence>>>;
  readonly evidence: readonly Evidence[];
}

/** A name of the owner's by which the world reaches a service, as the file has it. */
export interface Domain {
  readonly name: string;
  readonly evidence: readonly Evidence[];
}

/** When a service is deployed. */
export interface Deploys {
  readonly branch?: string;
  /** At each push, once the checks have passed, or by hand. Default: at each push. */
  readonly trigger?: 'push' | 'checks' | 'manual';
  /** Globs, from the top of the repo: only a change in these deploys. */
  readonly paths?: readonly string[];
  /** Globs of what does not deploy. */
  readonly ignored?: readonly string[];
}

/** A database or cache that the app needs. */
export interface Database {
  readonly name: string;
  readonly kind: 'postgres' | 'redis' | 'mongo' | 'mysql' | 'other';
  /** Major version where the platform's file says it. */
  readonly version?: string;
  /** The platform's name of the size. */
  readonly size?: string;
  readonly storageGb?: number;
  /** Name and owner inside the server, where the file says them. */
  readonly database?: string;
  readonly user?: string;
  /** Whether it has a stand-by that takes over. */
  readonly standby?: boolean;
  readonly evidence: readonly Evidence[];
}

/** What one platform's files say. */
export interface PlatformReading {
  readonly platform: PlatformName;
  /** The files that speak for this platform; empty where nothing does. */
  readonly evidence: readonly Evidence[];
  readonly services: readonly Service[];
  readonly databases: readonly Database[];
  /** What the platform calls the app, where a file says it: its commands ask for it. */
  readonly app?: string;
  /** The region of AWS that is nearest to that of the platform, where its twin is known. */
  readonly region?: string;
  /** The platform's own name of it. */
  readonly regionThere?: { readonly name: string; readonly evidence: readonly Evidence[] };
  readonly findings: readonly Finding[];
}

/** What another platform's files say, where they are not the ones that are followed. */
export interface OtherPlatform {
  readonly platform: PlatformName;
  readonly evidence: readonly Evidence[];
  /** What they say otherwise, a sentence each; empty where they agree. */
  readonly disagreements: readonly string[];
}

/** All that was read of an app: what is carried over, and, as findings, what is not. */
export interface MigrationPlan extends PlatformReading {
  /** How the image of each service comes about, by the service's name; none for a static site and a ready image. */
  readonly builds: Readonly<Record<string, BuildReading>>;
  readonly others: readonly OtherPlatform[];
  /** The variables that an export has shown, this time or at an earlier run; absent where there never was one. */
  readonly exported?: Exported;
}
