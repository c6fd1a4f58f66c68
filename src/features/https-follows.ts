import type { Answers } from '../answers.ts';

/** The answers with HTTPS on where there is a domain, and off where there is none; `was` is the domain until now. */
export function httpsFollowsDomain(answers: Answers, was: string | undefined): Answers {
  const { https: values, ...others } = answers.features;
  if (answers.domain === '') return { ...answers, features: others };
  const unset = { zone: '', devZone: '', frontend: '', devFrontend: '' };
  return values && answers.domain === was ? answers : { ...answers, features: { https: unset, ...others } };
}
