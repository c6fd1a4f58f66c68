import type { Answers } from '../answers.ts';
import type { CostLever, CostRow } from '../costs.ts';
import type { Declarations, Value } from '../declaration.ts';
import type { Ending } from '../ending.ts';
import type { Environment } from '../environments.ts';
import type { Verdict } from '../names.ts';
import type { Step } from '../next-steps.ts';

/** The values of one use of a feature, by the keys of its declarations. */
export type FeatureValues = Readonly<Record<string, Value>>;

/** An environment's block of `infra/settings.json`, as its owner has it. */
export type SettingsBlock = Readonly<Record<string, unknown>>;

/**
 * A feature: one subgenerator (`vibely ID`, `yo vibely:ID`). Its values are stored under `features.ID` of the
 * answers, and its templates lie in folders whose condition is its id.
 */
export type Feature = FeatureParts & (Refusing | { named?: never; refuse?: never; code?: never });

/** What a feature has that refuses names or values. */
interface Refusing {
  /** Present where there can be several, each with a name: what one is called, and which names it can have. */
  named?: {
    what: string;
    check(name: string, answers: Answers): Verdict;
    /** Whether a second one of the same name is refused unless it is said to replace the first. */
    single?: boolean;
  };
  /** Why the feature cannot be with these answers, and what to do instead. */
  refuse?(answers: Answers, values: FeatureValues): Verdict;
  /** Code of the problem that a refusal raises. */
  code: `VIB${number}`;
}

/** What every feature has. */
interface FeatureParts {
  /** Name of the subgenerator, of the stored key and of the condition of its templates. */
  id: string;
  /** One line for `--help`. */
  summary: string;
  declarations: Declarations;
  /** Whether what is stored of it no longer holds beside what is given now. */
  outdated?(answers: Answers, given: FeatureValues): boolean;
  /** How the answers change beyond what is stored under `features`. */
  change?(answers: Answers, values: FeatureValues): Answers;
  /** How they change back when the feature is turned off. */
  changeBack?(answers: Answers): Answers;
  /** What turning it off takes away in AWS or leaves there; not there where nothing is lost. */
  ending?(answers: Answers): Ending;
  /** What it adds to an environment's block of `infra/settings.json`; `undefined` for nothing. */
  settings?(answers: Answers, environment: Environment): object | undefined;
  /** The key of such a block that nothing but its own constructs reads: without them it stops the synthesis. */
  blockKey?: string;
  /** What of a block that has it bears the name of something of its own, such as `secrets.REDIS_URL`. */
  clashes?(block: SettingsBlock): string[];
  /** What it adds to the monthly bill of an environment. */
  costs?(answers: Answers, environment: Environment): CostRow[];
  levers?(answers: Answers): CostLever[];
  /** What a person should know of what was chosen. */
  warnings?(answers: Answers): string[];
  /** Its declarations with defaults that follow from the answers. Default: as they are declared. */
  informed?(answers: Answers): Declarations;
  /** What is left to do before it is deployed; `name` is that of the one which was changed. */
  nextSteps?(answers: Answers, name?: string): Step[];
  /** What is left to do once it is deployed. */
  laterSteps?(answers: Answers): Step[];
}
