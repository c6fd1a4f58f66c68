import { gap, note, warning } from '../migration/findings.ts';
import { readJson } from '../migration/json.ts';
import type { Evidence, Finding, ShellLine } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import {
  child,
  entriesOf,
  itemsOf,
  type Located,
  numberOf,
  placeOf,
  textOf,
  yesOf,
} from '../migration/tree.ts';
import type { Setting } from '../migration/variables.ts';
import { type Fields, fieldFindings, reported } from './fields.ts';
import type { Addon } from './heroku-addons.ts';

/** How many of a process run, and in which size. */
export interface Formation {
  readonly quantity: number | undefined;
  readonly size: string | undefined;
  readonly place: Evidence;
}

/** What an app.json says. */
export interface AppJson {
  readonly root: Located | undefined;
  readonly settings: readonly Setting[];
  /** Names of variables that are drawn at random at the first deployment. */
  readonly generated: ReadonlySet<string>;
  /** Names of those that the app runs without. */
  readonly optional: ReadonlySet<string>;
  readonly addons: readonly Addon[];
  readonly formation: ReadonlyMap<string, Formation>;
  readonly buildpacks: readonly Located[];
  readonly isContainer: boolean;
  readonly postdeploy: ShellLine | undefined;
  readonly findings: readonly Finding[];
}

/** Fields of an app.json. It is read when an app is made from it, and not at a deployment. */
const fields: Fields = {
  name: 'silent',
  description: 'silent',
  keywords: 'silent',
  website: 'silent',
  repository: 'silent',
  logo: 'silent',
  success_url: 'silent',
  image: 'silent',
  $schema: 'silent',
  env: 'read',
  formation: 'read',
  addons: 'read',
  buildpacks: 'read',
  scripts: 'read',
  stack: 'read',
  environments: reported(
    'heroku-environments',
    'it has settings of its own for tests and review apps.',
    'Review apps are not carried over; dev takes the place of staging.',
  ),
};

const scriptFields: Fields = {
  postdeploy: 'read',
  'pr-predestroy': reported(
    'heroku-review-apps',
    'a script for review apps.',
    'Review apps are not carried over.',
    'note',
  ),
  'pr-predeploy': reported(
    'heroku-review-apps',
    'a script for review apps, under a name that Heroku does not know.',
    'Review apps are not carried over.',
    'note',
  ),
  test: 'silent',
  'test-setup': 'silent',
};

/** An add-on: its plan as a text, or an object with the plan, a name of its own, and options. */
export function addonOf(node: Located): Addon | undefined {
  const text = textOf(node);
  if (text !== undefined) return { plan: text, options: new Map(), place: placeOf(node) };
  const plan = textOf(child(node, 'plan')) ?? textOf(child(node, 'name'));
  if (plan === undefined) return undefined;
  const as = textOf(child(node, 'as'));
  const options = new Map(
    [...entriesOf(child(node, 'options'))].map(([key, value]) => [key, textOf(value) ?? '']),
  );
  return { plan, ...(as !== undefined && { as }), options, place: placeOf(node) };
}

interface Variables {
  readonly settings: readonly Setting[];
  readonly generated: ReadonlySet<string>;
  readonly optional: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

function variablesOf(env: Located | undefined): Variables {
  const generated = new Set<string>();
  const optional = new Set<string>();
  const findings: Finding[] = [];
  const settings = [...entriesOf(env)].map(([name, node]): Setting => {
    const evidence = [placeOf(node)];
    const plain = textOf(node);
    if (plain !== undefined) return { name, value: plain, evidence };
    if (textOf(child(node, 'generator')) === 'secret') generated.add(name);
    if (yesOf(child(node, 'required')) === false) optional.add(name);
    const old = child(node, 'default');
    if (old !== undefined)
      findings.push(
        note(
          'heroku-env-default',
          `${name} has a 'default', which Heroku calls 'value' today.`,
          'It was read as the value.',
          placeOf(old),
        ),
      );
    // A value in app.json is a proposal: the app may run with another one.
    return { name, value: textOf(child(node, 'value') ?? old), evidence };
  });
  return { settings, generated, optional, findings };
}

/** Reads app.json; everything in it may be missing or of the wrong kind. */
export function readAppJson(repo: SourceRepo): AppJson {
  const document = repo.has('app.json') ? readJson(repo, 'app.json') : { root: undefined, findings: [] };
  const { root } = document;
  // Expo keeps its own settings under the same name.
  const isExpo = child(root, 'expo') !== undefined;
  if (root === undefined || isExpo) return { ...nothing, findings: isExpo ? [] : document.findings };
  const { settings, generated, optional, findings } = variablesOf(child(root, 'env'));
  const scripts = child(root, 'scripts');
  const postdeploy = child(scripts, 'postdeploy');
  const line = textOf(postdeploy) ?? textOf(child(postdeploy, 'command'));
  const stack = child(root, 'stack');
  const formation = [...entriesOf(child(root, 'formation'))].map(([name, node]): [string, Formation] => [
    name,
    { quantity: numberOf(child(node, 'quantity')), size: textOf(child(node, 'size')), place: placeOf(node) },
  ]);
  return {
    root,
    settings,
    generated,
    optional,
    addons: itemsOf(child(root, 'addons')).flatMap((node) => addonOf(node) ?? []),
    formation: new Map(formation),
    buildpacks: itemsOf(child(root, 'buildpacks')),
    isContainer: textOf(stack) === 'container',
    postdeploy:
      postdeploy && line !== undefined ? { text: line, evidence: [placeOf(postdeploy)] } : undefined,
    findings: [
      ...document.findings,
      ...fieldFindings(root, fields, 'app.json', 'Heroku'),
      ...fieldFindings(scripts, scriptFields, 'the scripts of app.json', 'Heroku'),
      ...findings,
      ...postdeployFindings(postdeploy, line),
      ...malformed(root),
    ],
  };
}

const nothing: AppJson = {
  root: undefined,
  settings: [],
  generated: new Set(),
  optional: new Set(),
  addons: [],
  formation: new Map(),
  buildpacks: [],
  isContainer: false,
  postdeploy: undefined,
  findings: [],
};

function postdeployFindings(node: Located | undefined, line: string | undefined): Finding[] {
  if (node === undefined || line === undefined) return [];
  return [
    gap(
      'heroku-postdeploy',
      `'${line}' runs once, after the first deployment of a new app.`,
      'The data comes over with the dump, so it need not run again; for a new environment run it by hand, after its first deployment.',
      placeOf(node),
    ),
  ];
}

function malformed(root: Located): Finding[] {
  return ['addons', 'buildpacks'].flatMap((key) => {
    const node = child(root, key);
    const list = node === undefined || Array.isArray(node.value);
    return list
      ? []
      : [
          warning(
            'heroku-malformed',
            `'${key}' of app.json is no list.`,
            'Mend it; it was not read.',
            placeOf(node),
          ),
        ];
  });
}
