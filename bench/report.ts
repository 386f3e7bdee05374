import { Redis } from 'ioredis';

/** Counted inside Redis: what Lua scripts call is in it. */
export async function countCommands(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('commandstats');
  redis.disconnect();
  return [...info.matchAll(/calls=(\d+)/gu)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

/** One line of the table. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function round(value: number): number {
  return Math.round(value);
}
