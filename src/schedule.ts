import type { Verdict } from './names.ts';
import type { ProblemText } from './problem.ts';

/** A field of a cron expression: its values, and names for them, the first for `min`. */
interface Field {
  title: string;
  min: number;
  max: number;
  names?: readonly string[];
  /** Forms that only AWS knows. */
  more?: RegExp;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const minute: Field = { title: 'minute', min: 0, max: 59 };
const hour: Field = { title: 'hour', min: 0, max: 23 };
const day: Field = { title: 'day of the month', min: 1, max: 31, more: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ };
const month: Field = { title: 'month', min: 1, max: 12, names: months };
/** In Unix both 0 and 7 are Sunday. */
const unixWeekday: Field = { title: 'day of the week', min: 0, max: 7, names: weekdays };
/** AWS counts from Sunday, 1, to Saturday, 7. */
const weekday: Field = {
  title: 'day of the week',
  min: 1,
  max: 7,
  names: weekdays,
  more: /^(\?|L|([1-7]|[A-Z]{3})(L|#[1-5]))$/,
};
const year: Field = { title: 'year', min: 1970, max: 2199 };

const macros: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

const examples =
  'Give five fields of Unix cron, such as "0 3 * * 1-5" (03:00 UTC, Monday to Friday), or "rate(15 minutes)", or six fields, such as "cron(0 3 ? * MON-FRI *)".';

class Refused extends Error {
  readonly text: ProblemText;

  constructor(what: string, why: string, fix: string = examples) {
    super(what);
    this.text = { what, why, fix };
  }
}

function numberOf({ min, max, names = [] }: Field, text: string): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** The values of one item of a list: `*`, `5`, `1-5`, each with or without a step. */
function valuesOf(field: Field, item: string): number[] {
  const { title, min, max, names } = field;
  const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(item) ?? [];
  const [from = '', to] = range.split('-');
  const first = range === '*' ? min : numberOf(field, from);
  const last = range === '*' || (to === undefined && step) ? max : numberOf(field, to ?? from);
  if (first === undefined || last === undefined || last < first || step === '0')
    throw new Refused(
      `'${item}' is no ${title}.`,
      `It is ${min} to ${max}${names ? ` or ${names[0]} to ${names.at(-1)}` : ''}, a range such as ${min}-${min + 1}, or *, each with or without a step such as /2.`,
    );
  const count = Math.floor((last - first) / Number(step ?? 1)) + 1;
  return Array.from({ length: count }, (_, index) => first + index * Number(step ?? 1));
}

function expand(field: Field, text: string): number[] {
  const values = text.split(',').flatMap((item) => valuesOf(field, item));
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The shortest form of some values that AWS understands. */
function compact({ min, max }: Field, values: readonly number[]): string {
  const [first = min, second = first] = values;
  const last = values.at(-1) ?? first;
  const step = second - first;
  const even = values.length > 2 && values.every((value, index) => value === first + index * step);
  if (values.length === max - min + 1) return '*';
  if (even && step === 1) return `${first}-${last}`;
  return even && last + step > max ? `${first}/${step}` : values.join(',');
}

const converted = (field: Field, text: string): string => compact(field, expand(field, text));

function fromUnix(fields: readonly string[]): string[] {
  const [minutes = '', hours = '', days = '', inMonths = '', onDays = ''] = fields;
  const times = `${converted(minute, minutes)} ${converted(hour, hours)}`;
  const dayField = converted(day, days);
  const monthField = converted(month, inMonths);
  const weekdayValues = expand(unixWeekday, onDays).map((value) => (value % 7) + 1);
  const weekdayField = [...new Set(weekdayValues)].sort((a, b) => a - b);
  const weekdayText = weekdayField.length === 7 ? '*' : weekdayRange(weekdayField);
  const byDay = `cron(${times} ${dayField} ${monthField} ? *)`;
  const byWeekday = `cron(${times} ? ${monthField} ${weekdayText} *)`;
  // Unix cron goes by the text: only where one of the two begins with * must both hold, else either does.
  if (!days.startsWith('*') && !onDays.startsWith('*'))
    return dayField === '*' || weekdayText === '*'
      ? [`cron(${times} * ${monthField} ? *)`]
      : [byDay, byWeekday].filter((schedule) => !neverFires(schedule));
  if (weekdayText === '*') return [byDay];
  if (dayField === '*') return [byWeekday];
  throw new Refused(
    `'${fields.join(' ')}' asks for a day of the month that is a certain day of the week, too.`,
    'Unix cron reads a day field that begins with * so; AWS has no schedule for it.',
    'Restrict one of the two day fields only, and let the job itself look at the other.',
  );
}

/** Days of the months, with the 29th of February of a leap year. */
const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a schedule of {@link awsSchedules} asks for a day of the month that never comes, such as the 31st of February. */
export function neverFires(schedule: string): boolean {
  const [, , days = '', inMonths = ''] = /^cron\((.*)\)$/.exec(schedule)?.[1]?.split(' ') ?? [];
  if (![days, inMonths].every((field) => /^[\d*,/-]+$/.test(field))) return false;
  const wanted = expand(day, days);
  return expand(month, inMonths).every((number) =>
    wanted.every((value) => value > (monthDays[number - 1] ?? 31)),
  );
}

function weekdayRange(values: readonly number[]): string {
  const [first = 1] = values;
  const row = values.length > 1 && values.every((value, index) => value === first + index);
  return row ? `${first}-${values.at(-1)}` : values.join(',');
}

function checkAwsField(field: Field, text: string): void {
  for (const item of text.toUpperCase().split(',')) if (!field.more?.test(item)) valuesOf(field, item);
}

function fromAws(text: string, fields: readonly string[]): string[] {
  if (fields.length !== 6)
    throw new Refused(
      `'${text}' has ${fields.length} fields.`,
      'cron(…) of AWS has six: minute, hour, day of the month, month, day of the week, year.',
    );
  [minute, hour, day, month, weekday, year].forEach((field, index) => {
    checkAwsField(field, fields[index] ?? '');
  });
  if ([fields[2], fields[4]].filter((field) => field === '?').length !== 1)
    throw new Refused(
      `'${text}' must have exactly one '?'.`,
      'AWS goes by the day of the month or by the day of the week; the other of the two fields is a ?.',
    );
  return [`cron(${fields.join(' ')})`];
}

function fromRate(text: string, count: number, unit: string): string[] {
  if (count === 0) throw new Refused(`'${text}' is never.`, 'A rate is 1 or more minutes, hours or days.');
  return [`rate(${count} ${unit}${count === 1 ? '' : 's'})`];
}

/**
 * The schedules of EventBridge Scheduler that stand for five fields of Unix cron, or for `cron(…)` or
 * `rate(…)` as AWS writes them. Two where Unix cron has both day fields set: they mean either of the two.
 * @throws Refused for what {@link checkSchedule} refuses.
 */
export function awsSchedules(given: string): string[] {
  const text = given.trim();
  const rate = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(text);
  if (rate) return fromRate(text, Number(rate[1]), rate[2] ?? '');
  const aws = /^cron\((.*)\)$/.exec(text);
  if (aws) return fromAws(text, (aws[1] ?? '').trim().split(/\s+/));
  const fields = (Object.hasOwn(macros, text) ? (macros[text] ?? text) : text).split(/\s+/);
  if (fields.length === 5) return fromUnix(fields);
  throw new Refused(
    `'${text}' is no schedule.`,
    'It is neither five fields of cron nor cron(…) nor rate(…).',
  );
}

/** Why a schedule cannot be kept. */
export function checkSchedule(text: string): Verdict {
  try {
    awsSchedules(text);
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.text;
    throw error;
  }
}
