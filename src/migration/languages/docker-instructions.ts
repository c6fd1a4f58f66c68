import { isSecretValue } from '../../../templates/ops/always/lib/secret-shapes.ts';
import type { BuildVariable } from './build.ts';

/** An instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  readonly line: number;
}

/** The instructions of a Dockerfile, in order; comments and here-documents are gone. */
export function instructions(text: string): Instruction[] {
  const found: Instruction[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const start = index;
    let joined = lines[index] ?? '';
    if (/^\s*(#|$)/.test(joined)) continue;
    while (/\\\s*$/.test(joined) && index + 1 < lines.length) {
      index += 1;
      const next = lines[index] ?? '';
      joined = joined.replace(/\\\s*$/, ' ') + (/^\s*#/.test(next) ? '\\' : next);
    }
    const heredoc = /<<-?["']?(\w+)["']?/.exec(joined)?.[1];
    if (heredoc !== undefined && /^\s*(RUN|COPY|ADD)\b/i.test(joined))
      while (index + 1 < lines.length && lines[index]?.trim() !== heredoc) index += 1;
    const [, name = '', rest = ''] = /^\s*([A-Za-z]+)\s+([\s\S]*)$/.exec(joined) ?? [];
    if (name !== '') found.push({ name: name.toUpperCase(), text: rest.trim(), line: start + 1 });
  }
  return found;
}

/** What comes of one FROM. */
export interface Stage {
  readonly name: string | undefined;
  readonly image: string;
  readonly from: Instruction;
  readonly body: readonly Instruction[];
}

/** The names of an ARG instruction, with their defaults. */
export function argumentsIn({ text }: Instruction): BuildVariable[] {
  return [...text.matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)].map(([, name = '', value]) => {
    const plain = value?.replace(/^(["'])(.*)\1$/, '$2');
    return { name, value: plain === undefined || isSecretValue(plain) ? undefined : plain };
  });
}

/** The name of an image with the defaults of the arguments that stand before the first FROM. */
function resolved(image: string, defaults: ReadonlyMap<string, string | undefined>): string {
  return image.replace(/\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g, (whole, plain, braced, other) => {
    return defaults.get(plain ?? braced) ?? other ?? whole;
  });
}

/** The stages of a Dockerfile, in order. */
export function stagesOf(all: readonly Instruction[]): Stage[] {
  const before = all.slice(
    0,
    all.findIndex(({ name }) => name === 'FROM'),
  );
  const defaults = new Map(
    before
      .filter(({ name }) => name === 'ARG')
      .flatMap(argumentsIn)
      .map(({ name, value }) => [name, value]),
  );
  const starts = all.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const from = all[start] as Instruction;
    const [, image = '', name] = /^(?:--\S+\s+)*(\S+)(?:\s+[Aa][Ss]\s+(\S+))?/.exec(from.text) ?? [];
    return {
      name,
      image: resolved(image, defaults),
      from,
      body: all.slice(start + 1, starts[index + 1] ?? all.length),
    };
  });
}

/** A stage and those that it is built on, the base first. */
export function lineage(stages: readonly Stage[], stage: Stage): Stage[] {
  const base = stages
    .slice(0, stages.indexOf(stage))
    .find(({ name }) => name !== undefined && name === stage.image);
  return base ? [...lineage(stages, base), stage] : [stage];
}

/** The words of `["word", "word"]`; `undefined` for a line. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

/** The last instruction of a name: of several, it counts. */
export function last(lines: readonly Instruction[], name: string): Instruction | undefined {
  return lines.findLast((instruction) => instruction.name === name);
}
