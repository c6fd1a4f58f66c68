/**
 * Reads values out of parsed JSON and collects every problem with its place, so that one run shows all of
 * them. A wrong value still yields something of the right type: nobody sees it, as `finish` throws.
 */
export class Reader {
  private readonly keys = new Set<string>();

  constructor(
    private readonly json: unknown,
    private readonly path: string,
    private readonly problems: string[],
  ) {
    if (!isObject(json)) this.problem('', 'must be an object', 'Write { … } here');
  }

  /** Notes a problem: what and how to fix it. The place is `key` below this object. */
  problem(key: string, what: string, fix: string): void {
    const place = [this.path, key].filter(Boolean).join('.');
    this.problems.push(`${place || 'The file'} ${what}. ${fix}.`);
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  /** The keys of the object, for those whose names are the owner's own. */
  names(): string[] {
    return isObject(this.json) ? Object.keys(this.json) : [];
  }

  object(key: string): Reader {
    return new Reader(this.value(key), [this.path, key].filter(Boolean).join('.'), this.problems);
  }

  integer(key: string, from: number, to: number): number {
    const value = this.value(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
    this.problem(key, `is ${show(value)}`, `Use a whole number from ${from} to ${to}`);
    return from;
  }

  boolean(key: string): boolean {
    const value = this.value(key);
    if (typeof value === 'boolean') return value;
    this.problem(key, `is ${show(value)}`, 'Use true or false');
    return false;
  }

  oneOf<const T extends string | number>(key: string, valid: readonly T[]): T {
    const value = this.value(key);
    const found = valid.find((candidate) => candidate === value);
    if (found === undefined) this.problem(key, `is ${show(value)}`, `Use one of ${valid.join(', ')}`);
    return found ?? (valid[0] as T);
  }

  text(key: string, pattern: RegExp, example: string): string {
    const value = this.value(key);
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.problem(key, `is ${show(value)}`, `Use something like ${JSON.stringify(example)}`);
    return '';
  }

  /** Like `text`, but null stands for "none". */
  optionalText(key: string, pattern: RegExp, example: string): string | undefined {
    if (this.value(key) === null) return undefined;
    const value = this.value(key);
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.problem(key, `is ${show(value)}`, `Use something like ${JSON.stringify(example)}, or null for none`);
    return undefined;
  }

  texts(key: string, pattern: RegExp, example: string): string[] {
    const value = this.value(key);
    const valid =
      Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item));
    if (valid) return value;
    this.problem(key, `is ${show(value)}`, `Use a list like ${example}`);
    return [];
  }

  /**
   * Refuses keys that nothing has asked for: a misspelt one would silently change nothing. Objects may be left
   * to somebody who asks for them later.
   */
  refuseOthers(which: 'all' | 'all but objects' = 'all'): void {
    const others = this.names().filter((name) => !this.keys.has(name));
    const known = [...this.keys].join(', ');
    for (const name of others) {
      if (which === 'all' || !isObject((this.json as Record<string, unknown>)[name]))
        this.problem(name, 'is not a setting', `Remove it; there are ${known}`);
    }
  }

  private value(key: string): unknown {
    this.keys.add(key);
    return isObject(this.json) ? this.json[key] : undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
