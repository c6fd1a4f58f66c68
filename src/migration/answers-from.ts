import type { Answers } from '../answers.ts';
import { Problem } from '../problem.ts';
import type { MigrationPlan } from './plan.ts';

/**
 * The answers that a plan comes to, and from which the AWS side is rendered beside the app.
 * @throws Problem VIB104: this version reads, and does not write yet
 */
export function answersFrom({ services }: MigrationPlan): Answers {
  throw new Problem('VIB104', {
    what: `Nothing was written for ${services.map(({ name }) => name).join(', ') || 'this app'}.`,
    why: 'This version reads an app that runs elsewhere; it does not write the AWS side of one yet.',
    fix: 'Take the plan with --dry-run, or --dry-run --json for a program.',
  });
}
