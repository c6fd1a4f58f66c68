import { isSecretSetting } from '../../templates/ops/always/lib/secrecy.ts';
import { placeText } from './findings.ts';
import type { Evidence, Finding, Variable } from './plan.ts';
import type { Migration } from './stored.ts';
import { type Surrounds, sortVariable } from './variables.ts';
import { type Exported, oddLines, sortAll, type VariablesFile } from './variables-files.ts';

/** An export of the platform's variables, sorted. */
export function sortedExport(file: VariablesFile, around: Surrounds): Exported {
  const sorted = sortAll([file], around);
  return {
    variables: sorted.map(({ variable }) => variable),
    findings: [...oddLines(file), ...sorted.flatMap(({ findings }) => findings)],
  };
}

/** What the build alone reads has its value stored only where that is no secret: nothing here depends on it. */
function storedVariable({ name, reason, source, evidence }: Variable) {
  const value = source.kind === 'build' ? (source.value ?? '') : '';
  const isHidden = value !== '' && isSecretSetting(name, value);
  return {
    name,
    reason,
    source: isHidden ? { kind: 'build' } : source,
    evidence: evidence.map(placeText),
  } as NonNullable<Migration['exported']>['variables'][number];
}

/** An export as it is kept for the runs to come; never with the value of a secret. */
export const storedExport = ({ variables, findings }: Exported): NonNullable<Migration['exported']> => ({
  variables: variables.map(storedVariable),
  findings: findings.map((one) => ({ ...one, evidence: one.evidence.map(placeText) })),
});

function placeFrom(text: string): Evidence {
  const colon = text.lastIndexOf(':');
  return { file: text.slice(0, colon), line: Number(text.slice(colon + 1)) };
}

/**
 * The export of an earlier run, so that one without an export drops none of its variables. One that led to a database
 * which is called otherwise now is sorted anew, by its name.
 */
export function exportedBefore(
  { variables, findings }: NonNullable<Migration['exported']>,
  around: Surrounds,
): Exported {
  const revived = variables.map((one): Variable => {
    const variable = { ...one, evidence: one.evidence.map(placeFrom) } as Variable;
    const { name, source, evidence } = variable;
    const isGone =
      source.kind === 'database' && !around.databases.some((database) => database.name === source.database);
    return isGone ? sortVariable({ name, value: undefined, evidence }, around).variable : variable;
  });
  const said = findings.map((one): Finding => ({ ...one, evidence: one.evidence.map(placeFrom) }));
  return { variables: revived, findings: said };
}
