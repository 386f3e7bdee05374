import { createHash, randomInt } from 'node:crypto';

/** How logs and counters name a secret: never the value itself. 16 hex digits of its SHA-256. */
export function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random key of letters and digits. The real alphabet and length are not known. */
export function randomKey(length = 40): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)] ?? 'A').join('');
}

/** Adds one to a named counter. */
export function count(counters: Map<string, number>, name: string): void {
  counters.set(name, (counters.get(name) ?? 0) + 1);
}
