import { type Answers, declarations } from '../answers.ts';
import { called } from '../called.ts';
import { acceptAll, type Declarations } from '../declaration.ts';
import type { Verdict } from '../names.ts';
import { nearest } from '../nearest.ts';
import { Problem } from '../problem.ts';
import { allFeatures, type Features } from './all.ts';
import type { Feature, FeatureValues } from './feature.ts';

type Stored = Readonly<Record<string, FeatureValues | Readonly<Record<string, FeatureValues>>>>;

/** The feature of that id. @throws Problem VIB024 for another word. */
export function featureOf(id: string): Feature {
  const found = allFeatures.find((feature) => feature.id === id);
  if (found) return found;
  const ids = allFeatures.map((feature) => feature.id);
  throw new Problem('VIB024', {
    what: `There is no feature '${id}'.`,
    why: `Known features: ${ids.join(', ')}.`,
    fix: `Did you mean '${nearest(id, ids)}'? A newer version may know more: npx generator-vibely@latest`,
  });
}

/** What is kept under `features`: not what the app itself asks for. */
function ownDeclarations({ declarations: all }: Feature): Declarations {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in declarations)));
}

/** Stored values, with the default for one that is missing. @throws Problem where there is no default that is accepted. */
function acceptStored(own: Declarations, values: Readonly<Record<string, unknown>>): FeatureValues {
  const nowhere = { directory: '', origin: '' };
  const all = Object.entries(own).map(([key, { initial }]) => [key, values[key] ?? initial(nowhere)]);
  return acceptAll(own, Object.fromEntries(all), 'key');
}

type Block = Readonly<Record<string, unknown>>;

/** A block of stored values. @throws Problem VIB029 for something else */
export function acceptBlock(where: string, value: unknown): Block {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Block;
  throw new Problem('VIB029', {
    what: `'${where}' in .yo-rc.json is ${JSON.stringify(value)}.`,
    why: 'A block of values stands there, as it was written.',
    fix: 'Bring the file back from git: git checkout HEAD -- .yo-rc.json',
  });
}

/** Reads stored features again. @throws Problem VIB029, or that of a feature that is not known or a value that is refused */
export function acceptFeatures(stored: unknown): Features {
  const accepted = Object.entries(acceptBlock('features', stored)).map(([id, value]) => {
    const feature = featureOf(id);
    const own = ownDeclarations(feature);
    const values = acceptBlock(id, value);
    if (!feature.named) return [id, acceptStored(own, values)];
    return [
      id,
      Object.fromEntries(
        Object.entries(values).map(([name, one]) => [
          name,
          acceptStored(own, acceptBlock(`${id}.${name}`, one)),
        ]),
      ),
    ];
  });
  return Object.fromEntries(accepted) as Features;
}

/** What is stored under a name; `constructor` is a name like any other. */
function ofName(stored: Stored[string] | undefined, name: string): FeatureValues | undefined {
  return stored && Object.hasOwn(stored, name) ? (stored[name] as FeatureValues) : undefined;
}

/** What is known of a feature: what is given now, its own values, and those of the app that it asks for, too. */
export function knownValues(
  answers: Answers,
  feature: Feature,
  given: FeatureValues,
  name?: string,
): FeatureValues {
  const stored = feature.outdated?.(answers, given) ? {} : ((answers.features as Stored)[feature.id] ?? {});
  const own = (name === undefined ? stored : ofName(stored, name)) as FeatureValues | undefined;
  const shared = Object.keys(feature.declarations).filter(
    (key) => key in declarations && answers[key as keyof Answers] !== '',
  );
  return { ...Object.fromEntries(shared.map((key) => [key, answers[key as 'domain']])), ...own, ...given };
}

function isOn(answers: Answers, feature: Feature, name?: string): boolean {
  const stored = (answers.features as Stored)[feature.id];
  return stored !== undefined && (name === undefined || Object.hasOwn(stored, name));
}

function withFeature(answers: Answers, id: string, value: Stored[string] | undefined): Answers {
  const { [id]: _, ...others } = answers.features as Stored;
  const features = value === undefined ? others : { ...(answers.features as Stored), [id]: value };
  return { ...answers, features: features as Features };
}

/** Two workers cannot have one name: whoever gives a name a second time may have forgotten the first. */
function refuseSecond({ id, named }: Feature, name: string, was: FeatureValues, is: FeatureValues): Verdict {
  const changed = Object.keys(is).filter((key) => is[key] !== was[key]);
  if (!named?.single || changed.length === 0) return undefined;
  return {
    what: `There is a ${named.what} '${name}' already.`,
    why: `It has another ${changed.join(' and ')}: ${changed.map((key) => was[key]).join(', ')}.`,
    fix: `Choose another name; or, to change this one, add --replace: ${called(`${id} ${name} --replace …`)}`,
  };
}

/** @throws Problem (the feature's code) for a name that it cannot have. */
export function assertName(answers: Answers, feature: Feature, name: string | undefined): void {
  const verdict = name === undefined ? undefined : feature.named?.check(name, answers);
  if (verdict && feature.code) throw new Problem(feature.code, verdict);
}

/** What is turned on: its values, and its name where there can be several. */
export interface Wanted {
  values: FeatureValues;
  name?: string | undefined;
  /** Put it in the place of one of the same name that has other values. */
  replace?: boolean;
}

/**
 * The answers with a feature turned on, or changed.
 * @throws Problem with the feature's code where it cannot be.
 */
export function turnOn(answers: Answers, feature: Feature, { values, name, replace }: Wanted): Answers {
  const own = Object.keys(ownDeclarations(feature)).map((key) => [key, values[key]]);
  const kept = Object.fromEntries(own) as FeatureValues;
  const stored = (answers.features as Stored)[feature.id];
  const first = name === undefined || replace ? undefined : ofName(stored, name);
  assertName(answers, feature, name);
  const verdict =
    (name !== undefined && first && refuseSecond(feature, name, first, kept)) ||
    feature.refuse?.(answers, values);
  if (verdict && feature.code) throw new Problem(feature.code, verdict);
  const changed = feature.change?.(answers, values) ?? answers;
  return withFeature(
    changed,
    feature.id,
    name === undefined ? kept : ({ ...stored, [name]: kept } as Stored[string]),
  );
}

/** The answers with a feature turned off. @throws Problem VIB025 where it is not on. */
export function turnOff(answers: Answers, feature: Feature, name?: string): Answers {
  const title = name === undefined ? feature.id : `${feature.named?.what} '${name}'`;
  if (!isOn(answers, feature, name))
    throw new Problem('VIB025', {
      what: `There is no ${title} here to turn off.`,
      why: 'It is not among the answers in .yo-rc.json.',
      fix: `See what is on: ${called('status')}`,
    });
  const changed = feature.changeBack?.(answers) ?? answers;
  if (name === undefined) return withFeature(changed, feature.id, undefined);
  const { [name]: _, ...others } = (changed.features as Stored)[feature.id] as Record<string, FeatureValues>;
  return withFeature(changed, feature.id, Object.keys(others).length === 0 ? undefined : others);
}
