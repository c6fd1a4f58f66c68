import { isOpenSetting } from '../../templates/ops/always/lib/secrecy.ts';
import type { SecretSpan } from '../../templates/ops/always/lib/secret-shapes.ts';

const word = String.raw`(?:"([^"$\`]+)"|'([^'$\`]+)'|([^\s"'\`$;&|<>./-][^\s"'\`$;&|<>]*))`;

/** `--db-password hunter22`, `-token abc`, `--signing-key abc`. */
const flag = new RegExp(
  String.raw`(?<=^|\s)--?(?!-|no-)[\w-]*?(password|passwd|pwd|pass|secret|token|key)(?:\s+|=)${word}`,
  'dgi',
);

/** `curl -u user:password`. */
const login = new RegExp(
  String.raw`(?<=^|\s)(?:-u|--(?:[\w-]+-)?(?:user|basic|auth|login|credentials?))(?:\s+|=)${word}`,
  'dg',
);

/** Whether what follows a flag is a secret: a key may be one to sort by, or a file's name. */
const isOfFlag = (kind: string, value: string): boolean =>
  /key/i.test(kind)
    ? value.length >= 6 && !isOpenSetting('', value) && !/\.\w{2,5}$/.test(value)
    : value.length >= 3;

/** `user:password`, and not the user and the group of a process: `1000:1000`, `node:node`. */
const isPair = (value: string): boolean =>
  /^[^\s:/]+:[^\s]+$/.test(value) && !/^(\d+:\d+|([\w-]+):\2)$/.test(value) && !value.includes('://');

/** The secrets that stand behind flags in a line for a shell. */
export function secretFlags(text: string): SecretSpan[] {
  const spanOf = (indices: RegExpIndicesArray | undefined, from: number): SecretSpan[] => {
    const [start, end] = indices?.slice(from).find((one) => one !== undefined) ?? [];
    return start === undefined || end === undefined ? [] : [{ start, end }];
  };
  const textOf = ({ start, end }: SecretSpan): string => text.slice(start, end);
  return [
    ...[...text.matchAll(flag)].flatMap(({ 1: kind = '', indices }) =>
      spanOf(indices, 2).filter((span) => isOfFlag(kind, textOf(span))),
    ),
    ...[...text.matchAll(login)].flatMap(({ indices }) =>
      spanOf(indices, 1).filter((span) => isPair(textOf(span))),
    ),
  ];
}
