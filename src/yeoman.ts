import { resolve } from 'node:path';
import Generator from 'yeoman-generator';
import { program } from './called.ts';
import { type Command, commandNamed } from './commands.ts';
import { acceptFlags, answersPath, runFlagsOf } from './flags.ts';
import { Problem } from './problem.ts';
import type { Question } from './questions.ts';
import { type RunOptions, run, type Ui } from './run.ts';

type Parameters = ConstructorParameters<typeof Generator>;

/**
 * A command as Yeoman runs it (`yo vibely`, `yo vibely:waf`): declares the flags to Yeoman and hands over to
 * `run`. Files are written by `run`, all or none; Yeoman's own conflict handling writes them one by one.
 */
class CommandGenerator extends Generator {
  readonly #command: Command;

  constructor(args: Parameters[0], options: Parameters[1], command: Command) {
    super(args, options, { unique: 'namespace', tasksMatchingPriority: true, customInstallTask: true });
    this.#command = command;
    const { argument, declarations } = command;
    if (argument !== undefined) this.argument(argument, { type: String, required: false });
    for (const { flag, kind, decides } of Object.values(declarations))
      this.option(flag, { type: kind === 'yes-no' ? Boolean : String, description: decides });
    for (const { flag, kind, help } of runFlagsOf(command))
      this.option(flag, { type: kind === 'yes-no' ? Boolean : String, description: help });
  }

  protected async handOver(): Promise<void> {
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
    const text = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));
    return {
      command: this.#command,
      directory: resolve(here, text(flags.directory) ?? '.'),
      name: text(flags.name),
      off: flags.off === true,
      replace: flags.replace === true,
      given: acceptFlags(this.#command.declarations, flags),
      answersFile: typeof flags.answers === 'string' ? answersPath(here, flags.answers) : undefined,
      yes: flags.yes === true,
      force: flags.force === true,
      dryRun: flags['dry-run'] === true,
      skipInstall: flags['skip-install'] === true,
      skipGit: flags['skip-git'] === true,
      json: flags.json === true,
      envFile: typeof flags.variables === 'string' ? answersPath(here, flags.variables) : undefined,
      program: program(),
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

/** The Yeoman generator of a command: `app`, or the id of a feature. */
export function generatorFor(id: string): new (args: Parameters[0], options: Parameters[1]) => Generator {
  return class extends CommandGenerator {
    constructor(args: Parameters[0], options: Parameters[1]) {
      super(args, options, commandNamed(id));
    }

    // Yeoman takes for tasks only the methods of the class itself, not inherited ones.
    writing(): Promise<void> {
      return this.handOver();
    }
  };
}
