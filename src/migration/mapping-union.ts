import { warning } from './findings.ts';
import type { PlacedVariable } from './mapping-variables.ts';
import type { Finding, Service, Variable, VariableSource } from './plan.ts';
import { isPlatformDefault } from './variables-defaults.ts';

/** A variable, and the service that it was found in first. */
interface Known {
  readonly variable: Variable;
  readonly service: string;
}

/** A variable of a service that gives another one its value. */
interface Origin {
  readonly service: string;
  /** `undefined` where no file shows it. */
  readonly variable: Variable | undefined;
}

/** The variable of another service that one copies, however often that copies in its turn, but not in a circle. */
export function originOf(
  source: Extract<VariableSource, { kind: 'copy' }>,
  services: readonly Service[],
  depth = 0,
): Origin {
  const from = services.find(({ name }) => name === source.service);
  const variable = from?.variables.find(({ name }) => name === source.variable);
  if (variable?.source.kind !== 'copy' || depth >= 5) return { service: source.service, variable };
  return originOf(variable.source, services, depth + 1);
}

function originOfKnown({ variable, service }: Known, services: readonly Service[]): Origin {
  return variable.source.kind === 'copy' ? originOf(variable.source, services) : { service, variable };
}

const sameSource = (one: Variable, other: Variable): boolean =>
  JSON.stringify(one.source) === JSON.stringify(other.source);

/** Whether two variables are one declaration, such as that of a group: then they have one value there as well. */
const sameDeclaration = (one: Variable, other: Variable): boolean =>
  JSON.stringify(one.evidence) === JSON.stringify(other.evidence);

/** How two variables of one name can have different values there, as far as the files tell. */
function relation(
  one: Known,
  other: Known,
  services: readonly Service[],
): 'same' | 'differs' | 'drawn' | 'hidden' {
  const [first, second] = [originOfKnown(one, services), originOfKnown(other, services)];
  const isOne = first.variable !== undefined && first.variable === second.variable;
  if (isOne || sameDeclaration(one.variable, other.variable)) return 'same';
  const [source, otherSource] = [first.variable ?? one.variable, second.variable ?? other.variable];
  if (!sameSource(source, otherSource)) return 'differs';
  if (source.source.kind === 'generated') return 'drawn';
  return source.source.kind === 'secret' ? 'hidden' : 'same';
}

function difference(known: Known, other: Known, how: 'differs' | 'drawn'): Finding {
  const { service: first, variable } = known;
  const { service } = other;
  const places = [...variable.evidence, ...other.variable.evidence];
  const one = `All tasks have one environment here, with the value of ${first}`;
  return how === 'differs'
    ? warning(
        'variable-differs',
        `${variable.name} is not the same in ${first} and in ${service}.`,
        `${one}; give the other one another name.`,
        places,
      )
    : warning(
        'variable-differs',
        `${variable.name} was drawn at random for ${first} and for ${service}, each its own.`,
        `${one}: take that one along. Where ${service} must keep its own, give it another name.`,
        places,
      );
}

/** Secrets that several services have each for itself, and whose values no file shows: said once for all of them. */
function hiddenFinding(hidden: readonly Variable[]): Finding[] {
  const names = [...new Set(hidden.map(({ name }) => name))];
  if (names.length === 0) return [];
  return [
    warning(
      'secret-in-several',
      `${listed(names)} ${names.length > 1 ? 'are secrets' : 'is a secret'} of several services, and one value for all of them here.`,
      'Where the values differ there, give one another name.',
      hidden.flatMap(({ evidence }) => evidence),
    ),
  ];
}

/**
 * The variables of all services that share the image, each name once: the first service's value counts.
 * @param all those that they may copy from as well.
 */
export function union(
  services: readonly Service[],
  all: readonly Service[],
): { variables: Variable[]; findings: Finding[] } {
  const byName = new Map<string, Known>();
  const findings: Finding[] = [];
  const hidden: Variable[] = [];
  for (const { name: service, variables } of services)
    for (const variable of variables) {
      const known = byName.get(variable.name);
      if (known === undefined) {
        byName.set(variable.name, { variable, service });
        continue;
      }
      const how = relation(known, { variable, service }, all);
      if (how === 'hidden') hidden.push(known.variable, variable);
      else if (how !== 'same') findings.push(difference(known, { variable, service }, how));
    }
  return {
    variables: [...byName.values()].map(({ variable }) => variable),
    findings: [...findings, ...hiddenFinding(hidden)],
  };
}

/** Names as a sentence lists them. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** Variables that some of the services have there, and all of them here. */
export function sharedFindings(services: readonly Service[], placed: readonly PlacedVariable[]): Finding[] {
  const uses = placed
    .filter(({ place, variable }) => !['nowhere', 'set'].includes(place.to) && !isPlatformDefault(variable))
    .map(({ variable }) => ({
      variable,
      having: services.filter(({ variables }) => variables.some(({ name }) => name === variable.name)),
    }))
    .filter(({ having }) => having.length < services.length);
  const groups = Map.groupBy(uses, ({ having }) => having.map(({ name }) => name).join('\n'));
  return [...groups.values()].map((group) => {
    const having = group[0]?.having ?? [];
    const others = services.filter((service) => !having.includes(service));
    const names = listed(group.map(({ variable }) => variable.name));
    return warning(
      'variable-shared',
      `${names} ${group.length > 1 ? 'are' : 'is'} set for ${listed(having.map(({ name }) => name))} alone there.`,
      `All tasks have one environment here, so ${listed(others.map(({ name }) => name))} ${others.length > 1 ? 'have' : 'has'} it as well: see that it does no harm there.`,
      group.flatMap(({ variable }) => variable.evidence),
    );
  });
}
