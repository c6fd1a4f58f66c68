import type { Answers } from '../../src/answers.ts';

/** The two values of each answer that are tried. */
const factors = {
  backend: ['fastapi', 'node'],
  sse: [true, false],
  database: [true, false],
  domain: ['api.example.com', ''],
  github: ['acme/shop', ''],
  architecture: ['arm64', 'x86_64'],
  region: ['eu-central-1', 'us-west-1'],
} as const satisfies { [K in keyof Answers]?: readonly [Answers[K], Answers[K]] };

/** What varies between the rows; the other answers have their defaults. */
export type Row = { [K in keyof typeof factors]: (typeof factors)[K][number] };

/**
 * Eight sets of answers in which every pair of values of every two answers occurs: the orthogonal array
 * OA(8, 7, 2, 2), whose columns are the seven parities of three bits.
 */
export const rows: Row[] = Array.from({ length: 8 }, (_, row) => {
  const parity = (mask: number): 0 | 1 => ((row & mask).toString(2).split('1').length % 2 === 1 ? 0 : 1);
  const values = Object.entries(factors).map(([key, choices], column) => [key, choices[parity(column + 1)]]);
  return Object.fromEntries(values) as Row;
});

/** A row as a test's name tells it. */
export function title(row: Row): string {
  const { backend, sse, database, domain, github, architecture, region } = row;
  const has = (name: string, there: boolean): string => `${there ? '' : 'no '}${name}`;
  const parts = [
    has('SSE', sse),
    has('database', database),
    has('domain', domain !== ''),
    has('GitHub', github !== ''),
  ];
  return `${backend}, ${parts.join(', ')}, ${architecture}, ${region}`;
}
