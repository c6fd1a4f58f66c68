import { type Command, InvalidArgumentError } from 'commander';

/** A command that only reads an environment. */
export function reading(command: Command): Command {
  return command.requiredOption('--env <name>', 'environment, as infra/settings.json names it');
}

/** A command that changes an environment; it asks before prod. */
export function changing(command: Command): Command {
  return reading(command).option('--yes', 'go on without asking; for workflows');
}

const units = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `90s`, `5m`, `1h` or `2d`. @returns seconds */
export function duration(text: string): number {
  const [, digits, unit = 's'] = /^(\d+)([smhd])?$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('Say it as 90s, 5m, 1h or 2d.');
  return Number(digits) * units[unit as keyof typeof units];
}

/** Collects the values of an option that may be given several times: one that took more would take the argument, too. */
export function each(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** Reads a whole number above 0. */
export function count(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Say it as a whole number above 0.');
}
