import type { Evidence, Finding } from './plan.ts';

/** A place as people write it: `render.yaml:12`. */
export const placeText = ({ file, line }: Evidence): string => `${file}:${line}`;

type Place = Evidence | readonly Evidence[];

function finding(level: Finding['level'], id: string, what: string, fix: string, place: Place): Finding {
  return { level, id, what, fix, evidence: 'file' in place ? [place] : place };
}

/** Something that is not carried over and needs a decision or work. */
export const gap = (id: string, what: string, fix: string, place: Place): Finding =>
  finding('gap', id, what, fix, place);

/** Something that is carried over, but should be looked at. */
export const warning = (id: string, what: string, fix: string, place: Place): Finding =>
  finding('warning', id, what, fix, place);

/** Something that is good to know. */
export const note = (id: string, what: string, fix: string, place: Place): Finding =>
  finding('note', id, what, fix, place);

const levels: readonly Finding['level'][] = ['gap', 'warning', 'note'];

function merged(findings: readonly Finding[]): Finding {
  const [first] = findings as readonly [Finding, ...Finding[]];
  const places = findings.flatMap(({ evidence }) => evidence);
  const distinct = new Map(places.map((place) => [`${place.file}:${place.line}`, place]));
  return { ...first, evidence: [...distinct.values()] };
}

/** The findings, gaps first, each said once with all of its places. */
export function tidied(findings: readonly Finding[]): Finding[] {
  const same = Map.groupBy(findings, ({ level, id, what }) => `${level} ${id} ${what}`);
  const once = [...same.values()].map(merged);
  return once.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
}
