import { createHash } from 'node:crypto';

/** A UUID made of these texts: the same texts give the same one in every process, others give another. Nothing of them shows in it. */
export function derivedUuid(parts: readonly string[]): string {
  const hex = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
