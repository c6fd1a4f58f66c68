import { resolve } from 'node:path';
import Generator from 'yeoman-generator';
import { answerKeys, declarationOf } from './answers.ts';
import { answersIn, answersPath, runFlags } from './flags.ts';
import { Problem } from './problem.ts';
import type { Question } from './questions.ts';
import { type RunOptions, run, type Ui } from './run.ts';

type Parameters = ConstructorParameters<typeof Generator>;

/**
 * `yo vibely`: declares the flags to Yeoman and hands over to `run`. Files are written by `run`, all or none;
 * Yeoman's own conflict handling writes them one by one.
 */
export class AppGenerator extends Generator {
  constructor(args: Parameters[0], options: Parameters[1]) {
    super(args, options, { unique: 'namespace', tasksMatchingPriority: true, customInstallTask: true });
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

  async writing(): Promise<void> {
    try {
      process.exitCode = await run(this.#runOptions(), this.#ui());
    } catch (error) {
      // Without the code: yo takes an error's code for the exit code of the process.
      throw error instanceof Problem ? new Error(error.toString(), { cause: error }) : error;
    }
  }

  #runOptions(): RunOptions {
    const flags: Readonly<Record<string, unknown>> = this.options;
    const here = this.env.cwd;
    return {
      directory: resolve(here, String(flags.directory ?? '.')),
      flags: answersIn(flags),
      answersFile: typeof flags.answers === 'string' ? answersPath(here, flags.answers) : undefined,
      yes: flags.yes === true,
      force: flags.force === true,
      dryRun: flags['dry-run'] === true,
      skipInstall: flags['skip-install'] === true,
      skipGit: flags['skip-git'] === true,
      command: 'yo vibely',
    };
  }

  #ui(): Ui {
    return {
      say: (text) => void this.log.write(text),
      ask: process.stdin.isTTY ? (question) => this.#ask(question) : undefined,
    };
  }

  async #ask(question: Question): Promise<unknown> {
    const answers: Readonly<Record<string, unknown>> = await this.prompt([question as never]);
    return answers[question.name];
  }
}
