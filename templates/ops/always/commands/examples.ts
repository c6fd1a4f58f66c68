import type { Command } from 'commander';

/** The first example that a command's own help has. */
function exampleOf(command: Command): string | undefined {
  const output = command.configureOutput();
  let help = '';
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut });
  command.outputHelp();
  command.configureOutput(output);
  return /^Examples?:\n +(.+)$/m.exec(help)?.[1];
}

/** Lets the help of a command with others below it end with an example of each of them. */
export function listExamples(group: Command): void {
  group.addHelpText('after', () => {
    const examples = group.commands.flatMap((command) => exampleOf(command) ?? []);
    return `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;
  });
  for (const command of group.commands.filter(({ commands }) => commands.length > 0)) listExamples(command);
}
