/** The version of Node that an app gets where it names none: the newest that is maintained for long. */
export const usualNode = '24';
/** Majors of Node that still get security fixes, newest first. */
export const maintainedNode: readonly number[] = [26, 24, 22];
/** The version of Python that an app gets where it names none. */
export const usualPython = '3.13';
/** Minors of Python 3 that still get security fixes, newest first. */
export const maintainedPython: readonly number[] = [14, 13, 12, 11];

const codenames: Readonly<Record<string, number>> = {
  dubnium: 10,
  erbium: 12,
  fermium: 14,
  gallium: 16,
  hydrogen: 18,
  iron: 20,
  jod: 22,
  krypton: 24,
};

interface Bound {
  readonly least: number;
  /** The first that is too new. */
  readonly beyond: number;
}

/** One comparison of a range; `part` gives the number that counts (Node's major, Python's minor). */
function boundOf(
  comparison: string,
  part: (version: string) => number | undefined,
  exact: boolean,
): Bound | undefined {
  const [, operator = '', version = ''] =
    /^(\^|~>|~=|~|>=|<=|>|<|===?|=)?\s*v?(.*)$/.exec(comparison.trim()) ?? [];
  if (/^[*xX]?$/.test(version)) return { least: 0, beyond: Number.POSITIVE_INFINITY };
  const number = part(version);
  if (number === undefined) return undefined;
  const whole = /^v?\d+(\.[x*0])*$/.test(version) && !exact;
  if (operator === '>=' || operator === '>') return { least: number, beyond: Number.POSITIVE_INFINITY };
  if (operator === '<=') return { least: 0, beyond: number + 1 };
  if (operator === '<')
    return { least: 0, beyond: whole || /^\d+\.\d+(\.0)?$/.test(version) ? number : number + 1 };
  // A caret of Poetry goes up to the next major: `^3.11` is any later 3.
  if ((operator === '^' || (operator === '~=' && version.split('.').length === 2)) && exact)
    return { least: number, beyond: Number.POSITIVE_INFINITY };
  return { least: number, beyond: number + 1 };
}

function choose(
  range: string,
  part: (version: string) => number | undefined,
  exact: boolean,
  preferred: readonly number[],
): number | undefined {
  const found: number[] = [];
  for (const alternative of range.split('||')) {
    const spaced = alternative.replace(/\s+-\s+/, ' <=').replace(/(?<![<>=~^])([<>=~^]+)\s+/g, '$1');
    const comparisons = spaced.split(/[\s,]+/).filter((text) => text !== '');
    if (comparisons.length === 2 && /^[\dv]/.test(comparisons[0] ?? '') && comparisons[1]?.startsWith('<='))
      comparisons[0] = `>=${comparisons[0]}`;
    const bounds = comparisons
      .filter((text) => !text.startsWith('!='))
      .map((text) => boundOf(text, part, exact));
    if (bounds.length === 0 || bounds.some((bound) => bound === undefined)) continue;
    const least = Math.max(...bounds.map((bound) => bound?.least ?? 0));
    const beyond = Math.min(...bounds.map((bound) => bound?.beyond ?? 0));
    const fits = preferred.find((number) => number >= least && number < beyond);
    const newest = beyond === Number.POSITIVE_INFINITY ? least : beyond - 1;
    if (least < beyond) found.push(fits ?? newest);
  }
  return (
    preferred.find((number) => found.includes(number)) ?? (found.length > 0 ? Math.max(...found) : undefined)
  );
}

/**
 * The major of Node that a version or range means: `20.11.1`, `>=18 <21`, `^20 || ^22`, `lts/iron`, `node`. Where the range
 * leaves a choice, the usual one; `undefined` for what is no version.
 */
export function nodeMajor(text: string): string | undefined {
  const range = text.trim().toLowerCase();
  if (/^(node|latest|current|stable|lts|lts\/\*)$/.test(range)) return usualNode;
  const codename = /^lts\/(\w+)$/.exec(range)?.[1];
  if (codename !== undefined)
    return Object.hasOwn(codenames, codename) ? codenames[codename]?.toString() : undefined;
  const major = (version: string): number | undefined => {
    const number = Number(/^v?(\d+)/.exec(version)?.[1]);
    return Number.isNaN(number) ? undefined : number;
  };
  const usual = Number(usualNode);
  return choose(range, major, false, [
    usual,
    ...maintainedNode.filter((number) => number !== usual),
  ])?.toString();
}

/** The `3.N` that a version or range of Python means: `python-3.11.4`, `>=3.10,<3.13`, `^3.12`; `undefined` for PyPy and Python 2. */
export function pythonMinor(text: string): string | undefined {
  const range = text
    .trim()
    .toLowerCase()
    .replace(/^python-/, '');
  const minor = (version: string): number | undefined => {
    if (/^3(\.[x*])?$/.test(version)) return 0;
    const number = Number(/^3\.(\d+)/.exec(version)?.[1]);
    // Below Python 4 is no limit.
    return Number.isNaN(number) ? (/^4/.test(version) ? 1000 : undefined) : number;
  };
  const usual = Number(usualPython.split('.')[1]);
  const any = /^3(\.[x*])?$/.test(range) ? '>=3.0' : range;
  const found = choose(any, minor, true, [usual, ...maintainedPython.filter((number) => number !== usual)]);
  return found === undefined ? undefined : `3.${found}`;
}
