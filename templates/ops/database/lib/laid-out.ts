import { interruptible } from './interruption.ts';
import { say } from './output.ts';
import { TaskGoesOn } from './tasks.ts';

/** What lies ready for a task as long as it runs. */
interface LaidOut {
  /** Puts it there. @default it is there already */
  lay?: () => Promise<unknown>;
  /** Takes it away. */
  take(): Promise<unknown>;
  /** Whether a task that nobody waits for any more may still have to read it. */
  isNeeded(task: TaskGoesOn): boolean;
  /** What to say when it stays for that task. */
  stays: string;
}

/** Has something lie ready for as long as `work` takes, also where somebody ends the command meanwhile. */
export function withLaidOut<T>(work: () => Promise<T>, { lay, take, isNeeded, stays }: LaidOut): Promise<T> {
  return interruptible(async () => {
    let needed = false;
    await lay?.();
    try {
      return await work();
    } catch (error) {
      needed = error instanceof TaskGoesOn && isNeeded(error);
      throw error;
    } finally {
      if (needed) say(stays);
      else await take();
    }
  });
}
