import { posix } from 'node:path';
import type { Finding, Service, ShellLine } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { child, entriesOf, itemsOf, type Located, placeOf, textOf, textsOf } from '../migration/tree.ts';
import type { Setting } from '../migration/variables.ts';
import { readYaml } from '../migration/yaml.ts';
import { type Fields, fieldFindings, reported } from './fields.ts';
import type { Addon } from './heroku-addons.ts';
import { addonOf } from './heroku-app-json.ts';
import type { ProcessLine } from './procfile.ts';

/** What a heroku.yml says. */
export interface HerokuYml {
  readonly root: Located | undefined;
  /** Dockerfile of a process; those without one of their own have `web`'s. */
  readonly docker: ReadonlyMap<string, NonNullable<Service['docker']>>;
  /** The processes of `run`; a process with a Dockerfile and without a line starts with the image's own command. */
  readonly runs: readonly ProcessLine[];
  /** The image that a line of `run` names. */
  readonly imageOf: ReadonlyMap<string, string>;
  readonly release: ShellLine | undefined;
  /** The process whose image runs the release command; `undefined` for web's. */
  readonly releaseImage: string | undefined;
  readonly addons: readonly Addon[];
  readonly settings: readonly Setting[];
  /** Arguments of the build. */
  readonly buildSettings: readonly Setting[];
  readonly findings: readonly Finding[];
}

const fields: Fields = { setup: 'read', build: 'read', release: 'read', run: 'read' };
const buildFields: Fields = {
  docker: 'read',
  config: 'read',
  languages: reported(
    'heroku-languages',
    'it builds with buildpacks of languages.',
    'A Dockerfile is written for Node and Python; for anything else bring one.',
  ),
  packages: reported(
    'heroku-packages',
    'it asks for Debian packages.',
    'Add them to the Dockerfile, with apt-get install.',
  ),
};

const settingsOf = (node: Located | undefined): Setting[] =>
  [...entriesOf(node)].map(([name, value]) => ({ name, value: textOf(value), evidence: [placeOf(value)] }));

/** A command as a text or a list; the commands of a list run one after the other. */
function lineOf(node: Located | undefined): ShellLine | undefined {
  const commands = textsOf(child(node, 'command') ?? (textOf(node) === undefined ? undefined : node));
  return node === undefined || commands.length === 0
    ? undefined
    : { text: commands.join(' && '), evidence: [placeOf(node)] };
}

/** Reads heroku.yml; everything in it may be missing or of the wrong kind. */
export function readHerokuYml(repo: SourceRepo): HerokuYml {
  const { root, findings } = repo.has('heroku.yml')
    ? readYaml(repo, 'heroku.yml')
    : { root: undefined, findings: [] };
  const build = child(root, 'build');
  const docker = [...entriesOf(child(build, 'docker'))].flatMap(
    ([name, node]): [string, { file: string; context: string }][] => {
      const path = textOf(node) ?? textOf(child(node, 'dockerfile'));
      if (path === undefined) return [];
      const file = posix.normalize(path).replace(/^\/+/, '');
      // Heroku sends the folder of the Dockerfile to the build, and nothing above it.
      return [[name, { file, context: posix.dirname(file) === '.' ? '' : posix.dirname(file) }]];
    },
  );
  const run = [...entriesOf(child(root, 'run'))];
  const images = run.flatMap(([name, node]): [string, string][] => {
    const image = textOf(child(node, 'image'));
    return image === undefined ? [] : [[name, image]];
  });
  return {
    root,
    docker: new Map(docker),
    runs: run.flatMap(([name, node]) => {
      // One that names an image alone runs that image's own command.
      const command = lineOf(node)?.text ?? '';
      return [{ name, command, place: placeOf(node) }];
    }),
    imageOf: new Map(images),
    release: lineOf(child(root, 'release')),
    releaseImage: textOf(child(root, 'release', 'image')),
    addons: itemsOf(child(root, 'setup', 'addons')).flatMap((node) => addonOf(node) ?? []),
    settings: settingsOf(child(root, 'setup', 'config')),
    buildSettings: settingsOf(child(build, 'config')),
    findings: [
      ...findings,
      ...fieldFindings(root, fields, 'heroku.yml', 'Heroku'),
      ...fieldFindings(build, buildFields, 'the build of heroku.yml', 'Heroku'),
    ],
  };
}
