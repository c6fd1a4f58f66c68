import { randomBytes } from 'node:crypto';

/** RDS refuses / @ " and spaces in a password; letters and digits also need no escaping in a URL. 192 bits. */
export function randomPassword(): string {
  return randomBytes(24).toString('hex');
}
