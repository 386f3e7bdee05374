import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Needle, needlesOf, SHORTEST_SECRET } from './secret-needles.ts';

/** Every needle is at least this long: SHORTEST_SECRET characters, and no encoding makes them fewer. */
const PREFIX = 8;
const SLOT_BITS = 22;

export interface Leak {
  readonly file: string;
  readonly offset: number;
  readonly encoding: string;
  /** Line of the ledger, from 1. The value itself is not repeated. */
  readonly ledgerLine: number;
}

export interface ScanReport {
  readonly secrets: number;
  readonly files: number;
  readonly bytes: number;
  readonly leaks: readonly Leak[];
}

type Match = Pick<Needle, 'secret' | 'encoding'> & { readonly offset: number };
export type Scanner = (bytes: Buffer) => Match[];

/** A slot for the eight bytes at `offset`: few enough slots for a table, enough that a wrong guess is rare. */
function slotAt(bytes: Buffer, offset: number): number {
  const mixed =
    Math.imul(bytes.readUInt32LE(offset), 0x9e3779b1) ^ Math.imul(bytes.readUInt32LE(offset + 4), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> (32 - SLOT_BITS);
}

/**
 * Looks for all needles in one pass: a table says with which eight bytes any of them begins, so that the time hardly grows with
 * their number (thousands of keys times fifteen encodings).
 */
export function createScanner(needles: readonly Needle[]): Scanner {
  const starts = new Uint8Array(2 ** SLOT_BITS);
  const bySlot = new Map<number, Needle[]>();
  for (const needle of needles) {
    const slot = slotAt(needle.bytes, 0);
    starts[slot] = 1;
    bySlot.set(slot, [...(bySlot.get(slot) ?? []), needle]);
  }
  return (bytes) => {
    const matches: Match[] = [];
    for (let offset = 0; offset + PREFIX <= bytes.length; offset += 1) {
      const slot = slotAt(bytes, offset);
      if (starts[slot] === 0) continue;
      for (const { bytes: text, secret, encoding } of bySlot.get(slot) ?? []) {
        if (text.equals(bytes.subarray(offset, offset + text.length))) matches.push({ secret, encoding, offset });
      }
    }
    return matches;
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Reads the ledger: one secret a line, in the file's order, so that a finding can name its line. */
export function readLedger(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n');
}

/** How many different secrets a list holds that are long enough to be looked for. */
function countSecrets(values: readonly string[]): number {
  return new Set(values.filter((value) => value.length >= SHORTEST_SECRET)).size;
}

/** Scans every file below `folder` for every secret. The caller decides what an empty scan means: a gate must refuse it. */
export async function scanFolder(folder: string, secrets: readonly string[]): Promise<ScanReport> {
  const scan = createScanner(needlesOf(secrets));
  const files = await filesIn(folder);
  const leaks = files.flatMap((file) =>
    scan(readFileSync(file)).map(({ secret, encoding, offset }) => ({
      file,
      offset,
      encoding,
      ledgerLine: secret + 1,
    })),
  );
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return { secrets: countSecrets(secrets), files: files.length, bytes, leaks };
}
