import { gap, note, warning } from '../migration/findings.ts';
import type { Finding } from '../migration/plan.ts';
import { entriesOf, itemsOf, kindOf, type Located, placeOf, textOf, yesOf } from '../migration/tree.ts';
import { distance, nearest } from '../nearest.ts';

/** What is said of a field that has no place in the plan. */
export interface Report {
  readonly level: Finding['level'];
  readonly id: string;
  readonly what: string;
  readonly fix: string;
}

/** What becomes of a field: the reader maps it, nothing is lost with it, or it is reported. */
export type Field = 'read' | 'silent' | Report;

/** The fields that a kind of object may have. */
export type Fields = Readonly<Record<string, Field>>;

/** A field that is not carried over. */
export const reported = (id: string, what: string, fix: string, level: Finding['level'] = 'gap'): Report => ({
  level,
  id,
  what,
  fix,
});

/** Whether a value asks for something at all: an empty list, `false`, `off`, nothing, and a map of such do not. */
function asks(node: Located): boolean {
  const kind = kindOf(node);
  if (kind === 'list') return itemsOf(node).length > 0;
  if (kind === 'map') return [...entriesOf(node).values()].some(asks);
  return kind !== 'nothing' && yesOf(node) !== false && textOf(node) !== '';
}

const makers = { gap, warning, note } as const;

/**
 * Findings for the fields of an object that are reported, and for those that the platform does not know.
 * @param subject what the object is, for the message: `the service web`.
 */
export function fieldFindings(
  node: Located | undefined,
  fields: Fields,
  subject: string,
  platform: string,
): Finding[] {
  return [...entriesOf(node)].flatMap(([key, value]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) return [unknownKey(key, value, fields, subject, platform)];
    if (typeof field === 'string' || !asks(value)) return [];
    return [makers[field.level](field.id, `${capital(subject)}: ${field.what}`, field.fix, placeOf(value))];
  });
}

/** A subject at the beginning of a sentence; a file keeps its name. */
const capital = (text: string): string =>
  /^(the|a) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;

function unknownKey(key: string, value: Located, fields: Fields, subject: string, platform: string): Finding {
  const known = Object.keys(fields);
  const close = known.length === 0 ? '' : nearest(key, known);
  const hint = close !== '' && isClose(key, close) ? `Did you mean '${close}'? ` : '';
  return warning(
    `${platform.toLowerCase()}-unknown-key`,
    `${capital(subject)}: ${platform} knows no '${key}' there.`,
    `${hint}What it was to do has not been done there either, and is not carried over.`,
    placeOf(value),
  );
}

/** Whether a key is likely a slip of the other: at most a third of it differs. */
const isClose = (key: string, candidate: string): boolean =>
  distance(key.toLowerCase(), candidate.toLowerCase()) <= candidate.length / 3;

/** A finding for a value that is not of the kind that the platform wants; `undefined` where it is, or is absent. */
export function wrongKind(
  node: Located | undefined,
  wanted: ReturnType<typeof kindOf>,
  name: string,
  platform: string,
): Finding | undefined {
  if (node === undefined || kindOf(node) === wanted || kindOf(node) === 'nothing') return undefined;
  return gap(
    `${platform.toLowerCase()}-malformed`,
    `'${name}' is a ${kindOf(node)}; ${platform} wants a ${wanted} there.`,
    'Mend the file and run it again; that part was not read.',
    placeOf(node),
  );
}
