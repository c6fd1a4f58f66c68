import { diffArrays } from 'diff';

/** Whether a content is no text, by git's own rule: a zero byte near its beginning. */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Whether most lines of a text end in CRLF, as in a checkout on Windows. */
export function hasCrlf(content: Buffer): boolean {
  const text = content.toString('latin1');
  const crlf = count(text, /\r\n/g);
  return crlf > count(text, /\n/g) - crlf;
}

/** The text with LF, the form that git stores and that is compared and merged. */
export function toLf(content: Buffer): Buffer {
  return !isBinary(content) && content.includes('\r\n')
    ? Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : content;
}

/** `text`, which has LF, with CRLF where the same line of `like` has it; a line that is new has what most have. */
function endedAs(like: string, text: string, mostCrlf: boolean): string {
  const bare = (line: string): string => line.replace(/\r$/, '');
  const [from, to] = [like.split('\n'), text.split('\n')];
  let [at, line] = [0, 0];
  for (const { added, removed, count: lines } of diffArrays(from.map(bare), to)) {
    for (let index = 0; index < lines && !removed; index++) {
      const isNew = added || at + index === from.length - 1;
      const crlf = isNew ? mostCrlf : from[at + index]?.endsWith('\r');
      // What follows the last line feed is no line.
      if (crlf && line + index < to.length - 1) to[line + index] += '\r';
    }
    if (!added) at += lines;
    if (!removed) line += lines;
  }
  return to.join('\n');
}

/** `content`, which has LF, with the line endings of `like`: of each line, where they are mixed. */
export function withLineEndingsOf(like: Buffer | undefined, content: Buffer): Buffer {
  if (like === undefined || isBinary(content) || isBinary(like) || !like.includes('\r\n')) return content;
  const [from, text] = [like.toString('latin1'), content.toString('latin1')];
  const mixed = /(^|[^\r])\n/.test(from);
  return Buffer.from(mixed ? endedAs(from, text, hasCrlf(like)) : text.replaceAll('\n', '\r\n'), 'latin1');
}
