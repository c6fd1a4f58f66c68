import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

const inWords: Readonly<Record<string, string>> = {
  ValueExpected: 'a value is missing, or there is a comma too many before it',
  PropertyNameExpected: 'a name in quotes is missing, or there is a comma too many before it',
  CommaExpected: 'a comma is missing before it',
  ColonExpected: 'a colon is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  UnexpectedEndOfString: 'a quote is not closed',
  InvalidCommentToken: 'JSON has no comments',
  InvalidSymbol: 'there is a word without quotes',
};

/** Where a text stops to be JSON, and why, in words. */
export function whyNoJson(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
  const offset = conflict?.index ?? errors[0]?.offset ?? 0;
  const code = errors[0] && printParseErrorCode(errors[0].error);
  const why = conflict ? 'it has a conflict of a merge in it' : (inWords[code ?? ''] ?? code);
  return `Line ${text.slice(0, offset).split('\n').length}: ${why}.`;
}

const isText = (value: unknown) => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: unknown) => Array.isArray(value) && value.every(isText);

type Shape = readonly [key: string, fits: (value: unknown) => boolean, name: string];

const needed: Readonly<Record<'file' | 'container' | 'environment', readonly Shape[]>> = {
  file: [
    ['app', isText, 'text'],
    ['environments', isObject, 'object: { "dev": { … } }'],
  ],
  container: ['variables', 'composed', 'address'].map((key) => [key, isObject, 'object: { … }']),
  environment: [
    ['account', isText, 'text: "123456789012"'],
    ['region', isText, 'text: "eu-central-1"'],
    ['secrets', isList, 'list of names: ["STRIPE_KEY"]'],
  ],
};

/** May be missing. */
const optional: readonly Shape[] = ['variables', 'workers', 'jobs', 'database', 'cache'].map((key) => [
  key,
  isObject,
  'object: { … }',
]);

/** What the commands cannot do without, a sentence for each that is not there; infra/ checks all of the file. */
export function misshapen(settings: unknown): string[] {
  if (!isObject(settings)) return ['The file is no object: { … }.'];
  const { container, environments } = settings;
  return [
    ...problemsOf('', settings, needed.file),
    ...(container === undefined ? [] : problemsOf('container', container, needed.container)),
    ...Object.entries(isObject(environments) ? environments : {}).flatMap(([name, block]) => {
      const there = optional.filter(([key]) => isObject(block) && block[key] !== undefined);
      return problemsOf(`environments.${name}`, block, [...needed.environment, ...there]);
    }),
  ];
}

function problemsOf(place: string, block: unknown, shapes: readonly Shape[]): string[] {
  if (!isObject(block)) return [`${place} is no object: { … }.`];
  return shapes
    .filter(([key, fits]) => !fits(block[key]))
    .map(([key, , name]) => {
      const path = [place, key].filter(Boolean).join('.');
      return block[key] === undefined ? `${path} is missing, the ${name}.` : `${path} is no ${name}.`;
    });
}
