import type { Verdict } from './names.ts';
import type { ProblemText } from './problem.ts';

/** What a shell makes more of than a word: operators, variables and patterns. */
const special = /[|&;<>()$`*?[]/;

const pieces = {
  space: /\s+/y,
  plain: /[^\s'"\\|&;<>()$`*?[]+/y,
  single: /'(?<text>[^']*)'/y,
  double: /"(?<text>(?:[^"\\$`]|\\[\s\S])*)"/y,
  escaped: /\\(?<text>[\s\S])/y,
};

function unquoted(kind: keyof typeof pieces, match: RegExpExecArray): string {
  const text = match.groups?.text ?? match[0];
  return kind === 'double' ? text.replace(/\\(["\\$`])/g, '$1').replaceAll('\\\n', '') : text;
}

function explain(command: string, rest: string): ProblemText {
  const what = `The command ${JSON.stringify(command)} cannot be split into words.`;
  if (special.test(rest.charAt(0)) || /^"[^"]*[$`]/.test(rest))
    return {
      what,
      why: `It needs a shell for ${rest.match(special)?.[0]}, and is run without one: a shell would keep the signal to stop to itself, and the process would be killed.`,
      fix: String.raw`Quote the character, put the command into a script of the image, or call a shell, with exec: --command 'sh -c "exec python -m app.worker --size \$SIZE"'`,
    };
  return {
    what,
    why: rest.startsWith('\\') ? 'It ends in a backslash.' : `A ${rest.charAt(0)} is never closed.`,
    fix: 'Close the quote, as in --command "python -m app.worker --name \'two words\'"',
  };
}

function wordsOf(command: string): string[] | ProblemText {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < command.length) {
    const found = (Object.keys(pieces) as (keyof typeof pieces)[])
      .map((kind) => {
        pieces[kind].lastIndex = at;
        return { kind, match: pieces[kind].exec(command) };
      })
      .find(({ match }) => match !== null);
    if (!found?.match) return explain(command, command.slice(at));
    at += found.match[0].length;
    if (found.kind !== 'space') word = (word ?? '') + unquoted(found.kind, found.match);
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/**
 * Splits a command into its words as a POSIX shell does, without what else a shell does. A container runs the
 * words as they are (exec form), so the process itself gets SIGTERM and can finish what it is at.
 * @throws Error for what {@link checkCommand} refuses.
 */
export function splitCommand(command: string): string[] {
  const words = wordsOf(command);
  if (!Array.isArray(words)) throw new Error(words.what);
  return words;
}

/** Why a command cannot be run: it is empty, a quote is open, or it needs a shell. */
export function checkCommand(command: string): Verdict {
  const words = wordsOf(command);
  if (!Array.isArray(words)) return words;
  if (words.length === 0)
    return {
      what: 'There is no command.',
      why: 'The image serves the API unless it is told what else to run.',
      fix: 'Give one: --command "python -m app.worker"',
    };
  if (/^[A-Za-z_]\w*=/.test(words[0] ?? ''))
    return {
      what: `The command begins with ${words[0]}.`,
      why: 'Only a shell sets a variable that way; here it would be the name of the program.',
      fix: `Put env before it: --command "env ${command}"`,
    };
  return undefined;
}
