/** Answers as they are stored, before they are checked. */
type Stored = Readonly<Record<string, unknown>>;

/** Carries answers from one schema to the next. It knows no declarations: those change, what was stored does not. */
type Step = (stored: Stored) => Stored;

/** To 2 (0.2.0): a domain is what HTTPS is on for; it could be there without the feature, or stay behind in it. */
const httpsFollowsDomain: Step = (stored) => {
  const { https, ...others } = (stored.features ?? {}) as Record<string, unknown>;
  if (typeof stored.domain !== 'string' || stored.domain === '') return { ...stored, features: others };
  const unset = { zone: '', devZone: '', frontend: '', devFrontend: '' };
  return https ? stored : { ...stored, features: { ...others, https: unset } };
};

/** One for each schema after the first, in their order. */
const steps: readonly Step[] = [httpsFollowsDomain];

/** Number of the shape in which answers are stored; raised with each step. */
export const schema: number = 1 + steps.length;

/** Stored answers of any earlier schema in the shape of today's. */
export function carriedOver(stored: Stored): Stored {
  const from = typeof stored.schema === 'number' ? stored.schema : 1;
  return steps.slice(from - 1).reduce((answers, step) => step(answers), stored);
}
