import { isInside } from '../paths.ts';
import { Problem } from '../problem.ts';
import {
  amount,
  list,
  Misshapen,
  object,
  oneOf,
  record,
  type ShapeOf,
  text,
  textLike,
  whole,
  yesNo,
} from './shape.ts';

/** Name of an environment variable, as POSIX has it. */
const variableName = /^[A-Za-z_]\w*$/;

/** Fargate's own table says which pairs there are; infra/ checks it. */
const size = { cpu: whole(256, 16_384), memoryMiB: whole(512, 122_880) };

const place = textLike(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\n]*$/, 'a path inside the repo');

/** How the image is built and run: the block `container` of infra/settings.json. */
const container = object(
  {
    /** Folder that is sent to the build, from the top of the repo; `.` for all of it. */
    context: place,
    /** Path of the Dockerfile from the top of the repo. */
    dockerfile: place,
    port: whole(1, 65_535),
    healthPath: textLike(/^\//, 'a path that begins with /'),
    /** Answers that count as healthy: `200-399`. */
    healthCodes: textLike(/^[2-4]\d\d(-[2-4]\d\d)?$/, 'codes such as 200-399'),
    /** Words of the image's own entry point, where a composed variable replaces it; empty to leave it alone. */
    entryPoint: list(text),
    /** Words of the command; empty for the image's own. */
    command: list(text),
    variables: record(text),
    /** What a shell puts together when the task starts: `postgres://$DATABASE_USER:…`. */
    composed: record(text),
    /** Variables that hold the app's own public address. */
    address: record(oneOf(['url', 'host'])),
  },
  {
    /** Stage of the Dockerfile. */
    target: text,
  },
);

const finding = object({
  level: oneOf(['gap', 'warning', 'note']),
  id: text,
  what: text,
  fix: text,
  /** `render.yaml:12` */
  evidence: list(text),
});

/** One row of docs/MIGRATION.md: what stands there, and what becomes of it. */
const row = object({ what: text, there: text, here: text, evidence: list(text) });

/** A variable that an export has shown; of a secret there is the name alone. */
const exportedVariable = object({
  name: text,
  reason: text,
  source: object(
    { kind: oneOf(['plain', 'secret', 'database', 'own-url', 'build', 'front-end', 'dropped']) },
    { value: text, database: text, property: text, reason: text },
  ),
  evidence: list(text),
});

const shape = object(
  {
    platform: oneOf(['render', 'heroku', 'railway', 'fly', 'none']),
    /** What the web service is called there; empty where there is none. */
    service: text,
    container,
    /** Words of the command that runs once for each deployment; empty for none. */
    release: list(text),
    /** Names of the secrets; never a value. */
    secrets: list(textLike(variableName, 'the name of a variable')),
    /** Those among the secrets that were drawn at random there. */
    generated: list(textLike(variableName, 'the name of a variable')),
    stopSeconds: whole(15, 120),
    size: object(size),
    tasks: object({ min: whole(0, 100), max: whole(0, 100) }),
    /** Sizes and numbers of workers and jobs that are not the smallest, by their names. */
    others: record(object({ ...size, count: whole(0, 100) }, { port: whole(1, 65_535) })),
    findings: list(finding),
    rows: list(row),
    /** What was asked, and answered. */
    questions: list(object({ question: text, answer: text })),
    /** What is paid there a month, where it is known. */
    costs: list(object({ item: text, plan: text, usd: amount })),
  },
  {
    database: object({
      name: text,
      version: whole(13, 18),
      /** Whether the old server's version is known, so that `version` is not merely the newest. */
      versionKnown: yesNo,
      instanceClass: text,
      storageGiB: whole(20, 65_536),
      multiAz: yesNo,
    }),
    cache: object({ name: text, nodeType: text }),
    /** Names among the secrets whose old value leads to the old platform: it is never pushed. */
    toGive: list(textLike(variableName, 'the name of a variable')),
    /** Files that are written because the repo has none: path → text. */
    files: record(text),
    /** Names of the workers and jobs that were carried over: those beside them are the owner's own. */
    carried: list(text),
    /** What the platform calls the app, where a file says it. */
    app: text,
    /** The processes that run there, and how many of each: they are stopped for the move, and started for the way back. */
    there: list(object({ name: text, count: whole(0, 1000) })),
    /** What an export of the platform's variables has shown: a run without one goes by it. */
    exported: object({ variables: list(exportedVariable), findings: list(finding) }),
    /** Whether the owner has said which platform it is. */
    stated: yesNo,
    /** Path of the document about the move, where the owner has a docs/MIGRATION.md of another kind. */
    document: text,
    /** Branch that is deployed. */
    branch: text,
    /** When it is deployed: by hand alone, and which changed paths count; absent for each push. */
    deploys: object({ byHand: yesNo, paths: list(text), ignored: list(text) }),
    /** CPU load in percent that scaling aims at. */
    scaleAtCpuPercent: whole(10, 90),
  },
);

/** What migrate has read and decided: stored in .yo-rc.json, so that every other generator renders the same repo. */
export type Migration = ShapeOf<typeof shape>;

/** @throws Problem VIB091 for what somebody has made invalid by hand */
export function acceptMigration(stored: unknown): Migration {
  try {
    const accepted = shape(stored, 'migration');
    const outside = Object.keys(accepted.files ?? {}).find((path) => !isInside(path));
    if (outside !== undefined) throw new Misshapen(`migration.files.${outside}`, 'a path inside the repo');
    return accepted;
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    throw new Problem('VIB091', {
      what: `'${error.path}' in .yo-rc.json is not ${error.expected}.`,
      why: 'It was written by vibely migrate, which the rest of the repo follows from.',
      fix: 'Restore the file with git, or read the old platform again: vibely migrate',
    });
  }
}
