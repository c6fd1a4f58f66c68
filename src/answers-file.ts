import { readFileSync } from 'node:fs';
import { acceptAll, type Declarations, type Value } from './declaration.ts';
import { nearest } from './nearest.ts';
import { errorCode, Problem } from './problem.ts';

function readText(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8');
  } catch (error) {
    throw new Problem(
      'VIB004',
      {
        what: `The answers cannot be read from ${path === '-' ? 'standard input' : path} (${errorCode(error)}).`,
        why: 'There is no such file, or it is not yours to read.',
        fix: 'Give the path of a JSON file, or - and the JSON on standard input.',
      },
      { cause: error },
    );
  }
}

function parse(path: string, text: string): Record<string, unknown> {
  const refuse = (why: string): Problem =>
    new Problem('VIB005', {
      what: `${path === '-' ? 'Standard input' : path} holds no answers.`,
      why,
      fix: 'Write an object, such as {"name": "shop", "backend": "node", "sse": true}.',
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse(`It is not valid JSON: ${(error as SyntaxError).message}.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse('It is JSON, but not an object.');
  return value as Record<string, unknown>;
}

/**
 * Some or all answers from a JSON object, by the keys of their declarations; `-` reads standard input.
 * @throws Problem VIB004 (unreadable), VIB005 (no object), VIB006 (unknown key), or the code of a refused answer.
 */
export function readAnswersFile(path: string, declarations: Declarations): Record<string, Value> {
  const given = parse(path, readText(path));
  const keys = Object.keys(declarations);
  const unknown = Object.keys(given).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new Problem('VIB006', {
      what: `There is no answer '${unknown}'.`,
      why: `Known answers: ${keys.join(', ')}.`,
      fix: keys.length === 0 ? 'Leave it out.' : `Did you mean '${nearest(unknown, keys)}'?`,
    });
  return acceptAll(declarations, given, 'key');
}
