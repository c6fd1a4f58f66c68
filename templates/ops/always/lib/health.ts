import type { Environment } from './settings.ts';

/** How to see from outside whether the app is alive. */
export interface Health {
  readonly path: string;
  /** Whether an answer's status counts. */
  isGood(status: number): boolean;
}

/** The same question, and the same answers, as those of the load balancer. */
export function healthOf({ container }: Pick<Environment, 'container'>): Health {
  const { healthPath: path, healthCodes } = container ?? { healthPath: '/health', healthCodes: '200' };
  return { path, isGood: (status) => matches(status, healthCodes) };
}

/** @param codes as a load balancer takes them: `200-399`, `200,301` */
export function matches(status: number, codes: string): boolean {
  return codes.split(',').some((part) => {
    const [from = part, to = from] = part.split('-');
    return Number(from) <= status && status <= Number(to);
  });
}
