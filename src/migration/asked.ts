import { declarations } from '../answers.ts';
import { type Declaration, type Declarations, text, trim, widened } from '../declaration.ts';

/** What no file can tell: the app's own questions, without those that the code answers. */
export const askedOfMigrate = [
  'name',
  'sse',
  'domain',
  'github',
  'devAccount',
  'prodAccount',
  'region',
  'architecture',
] as const;

/** The flags of migrate that are answers of the app. */
export const migrateDeclarations: Declarations = {
  ...Object.fromEntries(askedOfMigrate.map((key) => [key, widened(declarations)[key] as Declaration])),
  service: text({
    flag: 'service',
    value: 'NAME',
    code: 'VIB092',
    question: 'Which service is behind the load balancer?',
    decides: 'which of several services with a public address is the one that is carried over',
    initial: () => '',
    tidy: trim,
  }),
};
