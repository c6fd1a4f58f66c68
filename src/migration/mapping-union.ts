import { warning } from './findings.ts';
import type { PlacedVariable } from './mapping-variables.ts';
import type { Finding, Service, Variable } from './plan.ts';
import { isPlatformDefault } from './variables-defaults.ts';

/** A variable, and the service that it was found in first. */
interface Known {
  readonly variable: Variable;
  readonly service: string;
}

const sameSource = (one: Variable, other: Variable): boolean =>
  JSON.stringify(one.source) === JSON.stringify(other.source);

/** Whether two variables are one declaration, such as that of a group: then they have one value there as well. */
const sameDeclaration = (one: Variable, other: Variable): boolean =>
  JSON.stringify(one.evidence) === JSON.stringify(other.evidence);

function difference(
  { variable: known, service: first }: Known,
  variable: Variable,
  service: string,
): Finding[] {
  const places = [...known.evidence, ...variable.evidence];
  const one = `All tasks have one environment here, with the value of ${first}`;
  if (!sameSource(known, variable))
    return [
      warning(
        'variable-differs',
        `${variable.name} is not the same in ${first} and in ${service}.`,
        `${one}; give the other one another name.`,
        places,
      ),
    ];
  if (variable.source.kind !== 'generated' || sameDeclaration(known, variable)) return [];
  return [
    warning(
      'variable-differs',
      `${variable.name} was drawn at random for ${first} and for ${service}, each its own.`,
      `${one}: take that one along. Where ${service} must keep its own, give it another name.`,
      places,
    ),
  ];
}

/** The variables of all services that share the image, each name once: the first service's value counts. */
export function union(services: readonly Service[]): { variables: Variable[]; findings: Finding[] } {
  const byName = new Map<string, Known>();
  const findings: Finding[] = [];
  for (const { name: service, variables } of services)
    for (const variable of variables) {
      const known = byName.get(variable.name);
      if (known === undefined) byName.set(variable.name, { variable, service });
      else findings.push(...difference(known, variable, service));
    }
  return { variables: [...byName.values()].map(({ variable }) => variable), findings };
}

const listed = (names: readonly string[]): string =>
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
