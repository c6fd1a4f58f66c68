/** One line of the estimate. */
export interface CostRow {
  item: string;
  /** As Cost Explorer calls the service that charges it. */
  service: string;
  /** US dollars a month. */
  usd: number;
}

/** What one month has cost: by service, in US dollars. */
export type Month = ReadonlyMap<string, number>;

/** One service in the estimate and on the bill. */
export interface Line {
  service: string;
  /** What of it is in the estimate; empty where it only is on the bill. */
  items: string[];
  /** `undefined` where the estimate does not have it. */
  estimate: number | undefined;
  /** In the order of the months. */
  actual: number[];
}

/** Amounts below this are left out unless they were expected, in US dollars. */
const worthALine = 0.01;

/** Puts estimate and bill side by side: what was expected first, then what else was charged, the dearest first. */
export function compare(rows: readonly CostRow[], months: readonly Month[]): Line[] {
  const expected = [...new Set(rows.map(({ service }) => service))];
  const charged = [...new Set(months.flatMap((month) => [...month.keys()]))];
  const others = charged
    .filter((service) => !expected.includes(service))
    .filter((service) => months.some((month) => (month.get(service) ?? 0) >= worthALine))
    .sort((a, b) => most(months, b) - most(months, a));
  return [...expected, ...others].map((service) => {
    const own = rows.filter((row) => row.service === service);
    return {
      service,
      items: own.map(({ item }) => item),
      estimate: own.length > 0 ? own.reduce((sum, { usd }) => sum + usd, 0) : undefined,
      actual: months.map((month) => month.get(service) ?? 0),
    };
  });
}

function most(months: readonly Month[], service: string): number {
  return Math.max(...months.map((month) => month.get(service) ?? 0));
}

/** All lines together. */
export function totalOf(lines: readonly Line[]): { estimate: number; actual: number[] } {
  const months = lines[0]?.actual.length ?? 0;
  return {
    estimate: lines.reduce((sum, { estimate = 0 }) => sum + estimate, 0),
    actual: Array.from({ length: months }, (_, month) =>
      lines.reduce((sum, { actual }) => sum + (actual[month] ?? 0), 0),
    ),
  };
}

/** Settings that the estimate was made for and that are others now: `cpu 1024 and not 512`. */
export function changedSince(
  assumed: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
) {
  return Object.entries(assumed)
    .filter(([key, value]) => now[key] !== value)
    .map(([key, value]) => `${key} ${now[key]} and not ${value}`);
}
