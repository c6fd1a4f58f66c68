/** Whether a content is no text, by git's own rule: a zero byte near its beginning. */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, 8000).includes(0);
}

/** Whether every line of a text ends in CRLF, as in a checkout on Windows. */
export function hasCrlf(content: Buffer): boolean {
  const text = content.toString('latin1');
  return text.includes('\r\n') && !/(^|[^\r])\n/.test(text);
}

/** The text with LF, the form that git stores and that is compared and merged. */
export function toLf(content: Buffer): Buffer {
  return !isBinary(content) && hasCrlf(content)
    ? Buffer.from(content.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : content;
}

/** `content`, which has LF, with the line endings of `like`. */
export function withLineEndingsOf(like: Buffer | undefined, content: Buffer): Buffer {
  const crlf = like !== undefined && !isBinary(content) && hasCrlf(like);
  return crlf ? Buffer.from(content.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : content;
}
