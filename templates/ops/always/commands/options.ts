import type { Command } from 'commander';

/** A command that only reads an environment. */
export function reading(command: Command): Command {
  return command.requiredOption('--env <name>', 'environment, as infra/settings.json names it');
}

/** A command that changes an environment; it asks before prod. */
export function changing(command: Command): Command {
  return reading(command).option('--yes', 'go on without asking; for workflows');
}
