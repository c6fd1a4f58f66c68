export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty value counts as unset: compose files and CI hand on variables that nobody has filled in. */
export function optional(env: Environment, name: string): string | undefined {
  return env[name] || undefined;
}

/** Refuses what is no whole number within the range, so that a typo stops the start, not a request. */
export function integer(
  env: Environment,
  name: string,
  fallback: number,
  { min = 1, max = 2 ** 31 - 1 } = {},
): number {
  const text = optional(env, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
  return value;
}
