import type { Evidence, Finding } from '../plan.ts';

/** What brings the dependencies of an app: Node's managers, `yarn` being 1 and `berry` 2 and later, and Python's. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'berry' | 'bun' | 'pip' | 'poetry' | 'pipenv' | 'uv';

/** A variable of the image, with the reason for its value. */
export interface ImageVariable {
  readonly name: string;
  readonly value: string;
  readonly reason: string;
}

/** A variable of the build; without a value where only the platform's dashboard has it. */
export interface BuildVariable {
  readonly name: string;
  readonly value: string | undefined;
}

/** All that the writer of a Dockerfile needs to know of an app that is built from source. */
export interface AppBuild {
  readonly language: 'node' | 'python';
  /** Tag of the base image, without `-slim`: `24`, `3.13`. */
  readonly version: string;
  /** Where the version was read; empty where it is the default. */
  readonly versionEvidence: readonly Evidence[];
  /** Folder of the image's context, from the top of the repo: where the lock file lies; empty for the top. */
  readonly context: string;
  /** Folder of the app from the context; other than empty in a workspace alone. */
  readonly folder: string;
  readonly manager: PackageManager;
  /** Version of the package manager that is installed first; `undefined` where the base image has it. */
  readonly managerVersion?: string;
  /** Whether what runs calls the package manager, so that the final image needs it. Default: no. */
  readonly managerAtRun?: boolean;
  /** Path from the context; absent where there is none. */
  readonly lockFile?: string;
  /** Files and folders, from the context, that the installation reads: copied before the source. */
  readonly manifests: readonly string[];
  /** Why the whole source is copied before the installation; absent where the manifests do. */
  readonly installNeedsSource?: string;
  /** Lines for a shell, each in the app's folder. */
  readonly beforeInstall: readonly string[];
  readonly install: readonly string[];
  /** Once the source is there. */
  readonly build: readonly string[];
  /** What takes away the packages that only the build needs; absent where they are kept. */
  readonly prune?: string;
  /** Why development packages stay in the image. */
  readonly keepsDevelopment?: string;
  /** Debian packages to build with, and to run with. */
  readonly packages: { readonly build: readonly string[]; readonly run: readonly string[] };
  /** Variables that the build reads. None is a secret: they are public, or settings of the build itself. */
  readonly buildVariables: readonly BuildVariable[];
  /** Variables with a value of no meaning that a step of the build wants to see: a secret key of Django. */
  readonly buildPlaceholders: Readonly<Record<string, string>>;
  readonly variables: readonly ImageVariable[];
  readonly framework?: string;
  readonly port: number;
}

/** An app as its language's files tell of it: what it is built of, and how it starts where no platform says so. */
export interface LanguageReading {
  readonly build: AppBuild;
  /** The line that starts it where the platform gives none; absent where nothing was found. */
  readonly start?: { readonly text: string; readonly evidence: readonly Evidence[] };
  readonly findings: readonly Finding[];
}

/** Where the app is, and what the platform says of building it. */
export interface LanguageRequest {
  /** Folder of the app, from the top of the repo. */
  readonly root: string;
  readonly platform: 'render' | 'heroku' | 'railway' | 'fly' | 'none';
  /** Steps of the platform's build line that install, as words; `undefined` where the platform has its default. */
  readonly install: readonly (readonly string[])[] | undefined;
  /** The other steps of that line, one line each; `undefined` for the default. */
  readonly buildLines: readonly string[] | undefined;
  /** All lines that the image is to run: starts and releases. */
  readonly runs: readonly string[];
  /** Variables with a value that stands in the repo: `NODE_VERSION`, `DISABLE_COLLECTSTATIC`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Variables of the build and of the front end. */
  readonly buildVariables: readonly BuildVariable[];
  /** Debian packages that the platform was asked for: of an Aptfile, of nixpacks.toml. */
  readonly aptPackages: readonly string[];
}

/** A path below a folder; the folder may be empty. */
export const below = (folder: string, path: string): string => (folder === '' ? path : `${folder}/${path}`);

/** The line of the first match in a file, from 1; 1 where there is none. */
export function lineOf(text: string, pattern: RegExp | string): number {
  const at = typeof pattern === 'string' ? text.indexOf(pattern) : text.search(pattern);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
