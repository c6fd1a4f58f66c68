import { HttpError } from '../errors.ts';

/** Where the next page begins. Opaque, so that what it holds can change without a new API. */
export function encodeCursor(id: number): string {
  return Buffer.from(String(id)).toString('base64url');
}

export function decodeCursor(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(422, 'querystring/cursor is not valid');
  return Number(text);
}
