import type { PlatformName, PlatformReading } from '../migration/plan.ts';
import type { SourceRepo } from '../migration/repo.ts';
import { fly } from './fly.ts';
import { heroku } from './heroku.ts';
import { none } from './none.ts';
import { railway } from './railway.ts';
import { render } from './render.ts';

/** A platform whose files are read. */
export interface Platform {
  readonly name: PlatformName;
  /** As its owner writes it: `Render`, `Fly.io`. */
  readonly title: string;
  /**
   * What the repo says of this platform. Without evidence where it says nothing; what cannot be read is a
   * finding, never an error.
   */
  read(repo: SourceRepo): PlatformReading | Promise<PlatformReading>;
}

/** The platforms in the order in which they are named; all of them are read. */
export const allPlatforms: readonly Platform[] = [render, heroku, railway, fly, none];
