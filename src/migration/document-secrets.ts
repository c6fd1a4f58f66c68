import type { MigratedAnswers } from './document.ts';
import { oldPlatform } from './document-platforms.ts';
import { block, ops } from './document-shell.ts';

/** Names that must not be pushed with their old value: the task makes them itself, or they lead to the old platform. */
function ownNames({ migration }: MigratedAnswers): string[] {
  const { composed, address, variables } = migration.container;
  const made = [composed, address, variables].flatMap(Object.keys);
  return ['PORT', ...made, ...(migration.toGive ?? [])];
}

/** A folder outside of the repo, and the names that the commands ask for. */
export function prepareStep(answers: MigratedAnswers): string {
  const { names: ofApp, databaseNames = [] } = oldPlatform(answers.migration);
  const told = [
    ...[...ofApp, ...(answers.database ? databaseNames : [])].map(
      ([name, value, what]) => `${name}=${value} # ${what}`,
    ),
  ];
  return `### A folder for what must not be in the repo

Dumps and variables are everybody's data and all secrets. They stay outside of the repo and go when it is done.

${block('export WORK=$(mktemp -d)', ...told)}`;
}

const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ');

/** How the secrets get from the old platform into the Parameter Store. */
export function secretsStep(answers: MigratedAnswers): string {
  const { migration } = answers;
  const platform = oldPlatform(migration);
  const generated =
    migration.generated.length === 0
      ? ''
      : `\n\n${migration.generated.map((name) => `\`${name}\``).join(', ')} ${migration.generated.length === 1 ? 'was' : 'were'} drawn at random there. Take the old value${migration.generated.length === 1 ? '' : 's'} along: with a new one everybody is logged out, and what was encrypted with it cannot be read. For dev make another: \`openssl rand -base64 48 | ${ops(`secrets set ${migration.generated[0]} --env dev`)}\`.`;
  const toGive = migration.toGive ?? [];
  const given =
    toGive.length === 0
      ? ''
      : ` Set ${names(toGive)} by hand, in each environment: the first list says to what.`;
  const list =
    migration.secrets.length === 0
      ? 'No secret was found. If the platform has variables that no file names, they belong here all the same.'
      : `Secrets that the tasks wait for: ${names(migration.secrets)}.${given}`;
  return `### Secrets and variables

${list}${generated}

${block(
  ...platform.variables,
  `# What the task makes itself is left out${migration.toGive ? ', and what leads to the old platform' : ''}.`,
  `grep -vE '^(export )?(${[...new Set(ownNames(answers))].join('|')})=' "$WORK/variables.env" > "$WORK/secrets.env"`,
  `${ops('secrets diff "$WORK/secrets.env" --env prod')} # names only`,
  ops('secrets push "$WORK/secrets.env" --env prod'),
)}`;
}

/** What has to be there before the first command. */
export function accountsStep(): string {
  return `### Accounts, profiles and tools

The commands below ask for the profiles of both accounts: [accounts and bootstrap](runbooks/accounts-and-bootstrap.md).

${block('npm --prefix infra ci && npm --prefix ops ci')}`;
}
