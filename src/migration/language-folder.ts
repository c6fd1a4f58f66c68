import { posix } from 'node:path';
import { parseLine } from './commands.ts';
import { divideSteps, type LinePlace, lineOfSteps, type PlacedStep } from './commands-divide.ts';
import { roleOf } from './commands-roles.ts';
import { below } from './languages/build.ts';
import type { Service, ShellLine } from './plan.ts';
import type { SourceRepo } from './repo.ts';

const manifests = ['package.json', 'requirements.txt', 'pyproject.toml', 'Pipfile'];

const hasManifest = (repo: SourceRepo, folder: string): boolean =>
  manifests.some((name) => repo.has(below(folder, name)));

function placed(line: ShellLine | undefined, place: LinePlace): PlacedStep[] {
  if (line === undefined) return [];
  const { install, build, release, run } = divideSteps(parseLine(line.text).steps, place);
  return [...new Set([...install, ...build, ...release, ...run])];
}

/** The one folder, other than the first, in which all of some steps run. */
function commonFolder(steps: readonly PlacedStep[]): string | undefined {
  const folders = new Set(steps.filter((step) => roleOf(step) !== 'context').map(({ folder }) => folder));
  const [only = ''] = folders;
  return folders.size === 1 && only !== '' && !only.startsWith('..') ? only : undefined;
}

/** A line as it is written from a folder below. */
function from(folder: string, line: ShellLine | undefined, place: LinePlace): ShellLine | undefined {
  if (line === undefined) return undefined;
  const top = '/0/1/2/3/4/5/6/7/';
  const steps = divideSteps(parseLine(line.text).steps, place);
  const all = new Set([...steps.install, ...steps.build, ...steps.release, ...steps.run]);
  const moved = [...all].map((step) => ({
    ...step,
    folder: posix.relative(`${top}${folder}`, `${top}${step.folder}`),
  }));
  return { ...line, text: lineOfSteps(moved) ?? line.text };
}

/**
 * The service with the folder of its app as its root, where only the lines tell it: `cd web && npm install` and
 * `cd web && npm start`, and nothing at the top that could be built.
 */
export function inItsFolder(repo: SourceRepo, service: Service): Service {
  const { root, build, start, release, docker } = service;
  if (docker || start === undefined || parseLine(start.text).error !== undefined) return service;
  const folder = commonFolder(placed(start, 'start'));
  const installs = placed(build, 'build').filter((step) => roleOf(step) === 'install');
  const elsewhere = installs.some((step) => step.folder !== folder);
  if (folder === undefined || elsewhere || !hasManifest(repo, below(root, folder))) return service;
  if (installs.length === 0 && hasManifest(repo, root)) return service;
  const lines = {
    build: from(folder, build, 'build'),
    start: from(folder, start, 'start'),
    release: from(folder, release, 'release'),
  };
  return {
    ...service,
    root: below(root, folder),
    ...(lines.start && { start: lines.start }),
    ...(lines.build && { build: lines.build }),
    ...(lines.release && { release: lines.release }),
  };
}
