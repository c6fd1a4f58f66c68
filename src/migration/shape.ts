/** What stored JSON must look like to be a `T`: gives it back, or tells what is wrong. */
export type Shape<T> = (value: unknown, path: string) => T;

/** The type that a shape accepts. */
export type ShapeOf<S> = S extends Shape<infer T> ? T : never;

/** A value that does not have the shape that it should have. */
export class Misshapen extends Error {
  /** Where it stands: `container.port`. */
  readonly path: string;
  /** What it should be: `a number`. */
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`${path} is not ${expected}`);
    this.path = path;
    this.expected = expected;
  }
}

const below = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text, empty or not. */
export const text: Shape<string> = (value, path) => {
  if (typeof value !== 'string') throw new Misshapen(path, 'a text');
  return value;
};

/** A text that `pattern` matches. */
export const textLike =
  (pattern: RegExp, expected: string): Shape<string> =>
  (value, path) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new Misshapen(path, expected);
    return value;
  };

/** A whole number between two others, both included. */
export const whole =
  (from: number, to: number): Shape<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to)
      throw new Misshapen(path, `a whole number from ${from} to ${to}`);
    return value;
  };

/** Any number. */
export const amount: Shape<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misshapen(path, 'a number');
  return value;
};

/** A yes or a no. */
export const yesNo: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Misshapen(path, 'true or false');
  return value;
};

/** One of a few words. */
export const oneOf =
  <const W extends readonly string[]>(words: W): Shape<W[number]> =>
  (value, path) => {
    if (typeof value !== 'string' || !words.includes(value))
      throw new Misshapen(path, `one of ${words.join(', ')}`);
    return value;
  };

/** A list of one kind. */
export const list =
  <T>(item: Shape<T>): Shape<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw new Misshapen(path, 'a list');
    return value.map((one: unknown, index) => item(one, below(path, index)));
  };

/** Values of one kind under names of the owner's own. */
export const record =
  <T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> =>
  (value, path) => {
    if (!isObject(value)) throw new Misshapen(path, 'an object');
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, item(one, below(path, key))]));
  };

type Shapes = Readonly<Record<string, Shape<unknown>>>;

type Values<R extends Shapes, O extends Shapes> = { readonly [K in keyof R]: ShapeOf<R[K]> } & {
  readonly [K in keyof O]?: ShapeOf<O[K]>;
};

/** An object with these keys, those of `optional` perhaps, and no others. */
export const object =
  <const R extends Shapes, const O extends Shapes = Record<never, never>>(
    required: R,
    optional?: O,
  ): Shape<Values<R, O>> =>
  (value, path) => {
    if (!isObject(value)) throw new Misshapen(path, 'an object');
    const shapes: Shapes = { ...required, ...optional };
    const stranger = Object.keys(value).find((key) => !Object.hasOwn(shapes, key));
    if (stranger !== undefined)
      throw new Misshapen(below(path, stranger), `among ${Object.keys(shapes).join(', ')}`);
    const present = Object.entries(shapes).filter(
      ([key]) => Object.hasOwn(required, key) || value[key] !== undefined,
    );
    return Object.fromEntries(
      present.map(([key, shape]) => [key, shape(value[key], below(path, key))]),
    ) as Values<R, O>;
  };
