import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const KEY = createHash('sha256').update('simulated cc_encryption_hash').digest();
const PREFIX_BYTES = 20;
const IV_BYTES = 16;

/** Twenty random bytes and as many bytes as the text has, in base64: never the same twice, like the real thing. */
export function encrypt(plain: string): string {
  const prefix = randomBytes(PREFIX_BYTES);
  const cipher = createCipheriv('aes-256-ctr', KEY, prefix.subarray(0, IV_BYTES));
  return Buffer.concat([prefix, cipher.update(plain, 'utf8'), cipher.final()]).toString('base64');
}

/** The reverse; nonsense in gives nonsense out, not an error. */
export function decrypt(value: string): string {
  const blob = Buffer.from(value, 'base64');
  if (blob.length < PREFIX_BYTES) return '';
  const decipher = createDecipheriv('aes-256-ctr', KEY, blob.subarray(0, IV_BYTES));
  return Buffer.concat([decipher.update(blob.subarray(PREFIX_BYTES)), decipher.final()]).toString('utf8');
}
