import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';

const NEWLINE = Buffer.from('\n');

/** How to read a whole value of each type; Redis has no command that does it for all (DUMP compresses). */
const READERS: Readonly<Record<string, (key: Buffer) => [string, ...(Buffer | string)[]]>> = {
  string: (key) => ['GET', key],
  hash: (key) => ['HGETALL', key],
  list: (key) => ['LRANGE', key, '0', '-1'],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  stream: (key) => ['XRANGE', key, '-', '+'],
};

function isList(reply: unknown): reply is Iterable<unknown> {
  return Array.isArray(reply) || reply instanceof Set;
}

/** What a reply holds inside: RESP3 answers maps and arrays, RESP2 flat arrays. Undefined for a single value. */
function partsOf(reply: unknown): Iterable<unknown> | undefined {
  if (Buffer.isBuffer(reply) || typeof reply === 'string') return undefined;
  if (reply instanceof Map) return Array.from<[unknown, unknown]>(reply).flat();
  if (isList(reply)) return reply;
  return typeof reply === 'object' && reply !== null ? Object.entries(reply).flat() : undefined;
}

/** Every byte string in a reply, however deep. */
function* leaves(reply: unknown): Generator<Buffer> {
  const parts = partsOf(reply);
  if (parts !== undefined) for (const part of parts) yield* leaves(part);
  else if (Buffer.isBuffer(reply)) yield reply;
  else yield Buffer.from(String(reply));
}

async function readValue(client: Redis, key: Buffer): Promise<unknown> {
  const type = await client.type(key);
  const reader = READERS[type];
  if (reader === undefined) return type === 'none' ? [] : Promise.reject(new Error(`redis-dump cannot read a ${type}`));
  const [command, ...args] = reader(key);
  return client.callBuffer(command, ...args);
}

async function appendLines(file: string, texts: Iterable<Buffer>): Promise<void> {
  const lines = [...texts].flatMap((text) => [text, NEWLINE]);
  await appendFile(file, Buffer.concat(lines));
}

/**
 * Appends everything one Redis database holds to `file`, as raw bytes, one per line: names and values of all keys of every
 * type, streams and their entries included. For the secret scan, not for reading back. Resolves with the number of keys.
 */
export async function dumpRedis(client: Redis, file: string): Promise<number> {
  const keys = new Map<string, Buffer>();
  for await (const batch of client.scanBufferStream({ count: 500 })) {
    for (const key of leaves(batch)) keys.set(key.toString('latin1'), key);
  }
  for (const key of keys.values()) {
    await appendLines(file, [key, ...leaves(await readValue(client, key))]);
  }
  return keys.size;
}

/**
 * Appends a stopped or running server's own files (the AOF holds every write ever made, also of keys deleted since).
 * `dataDir` is the server's `--dir`. Resolves with the number of files.
 */
export async function keepRedisFiles(dataDir: string, file: string): Promise<number> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(aof|rdb)$/.test(entry.name));
  for (const entry of files) await appendLines(file, [await readFile(join(entry.parentPath, entry.name))]);
  return files.length;
}
