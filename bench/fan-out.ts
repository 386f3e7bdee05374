import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startRealRedis } from '../test/support/redis.ts';
import { createPanelCalls } from './panel-calls.ts';
import { countCommands, median, print, round } from './report.ts';

/*
 * How much the queue and the ledger cost: a whole rotation by the real engine, against the same four calls per panel in a bare loop
 * (the floor for this machine) and against the physical limit, ceil(N/C) x 4 x L. Every run is a fresh process on a fresh Redis with
 * AOF; the two sides take turns. Read the ratios, not the seconds.
 *
 *   npm run bench                      the table of docs/performance.md
 *   npm run bench -- 1000 100 100 3    N, C, L in ms, rounds
 */

interface Case {
  readonly total: number;
  readonly concurrency: number;
  readonly latencyMs: number;
}

const CASES: readonly Case[] = [
  { total: 1_000, concurrency: 100, latencyMs: 100 },
  { total: 1_000, concurrency: 100, latencyMs: 20 },
  { total: 10_000, concurrency: 100, latencyMs: 0 },
  { total: 10_000, concurrency: 1_000, latencyMs: 100 },
];

async function main(): Promise<void> {
  const [total, concurrency, latencyMs, rounds = 3] = process.argv.slice(2).map(Number);
  const cases = total && concurrency ? [{ total, concurrency, latencyMs: latencyMs ?? 0 }] : CASES;
  print(
    '| N | C | L ms | limit ms | bare ms | engine ms | x bare | x limit | Redis commands per binding | peak RSS MB | pushed twice |',
  );
  print('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const each of cases) print(await measure(each, rounds));
}

async function measure(each: Case, rounds: number): Promise<string> {
  const bare: number[] = [];
  const engine: Run[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push((await runOnce('bare', each)).wallMs);
    engine.push(await runOnce('engine', each));
  }
  const limit = Math.ceil(each.total / each.concurrency) * 4 * each.latencyMs;
  const [b, e] = [median(bare), median(engine.map(({ wallMs }) => wallMs))];
  const redis = median(engine.map(({ redisCommands }) => redisCommands)) / each.total;
  const rss = Math.max(...engine.map(({ rssMb }) => rssMb));
  const twice = Math.max(...engine.map(({ mostPushes }) => mostPushes)) > 1 ? 'YES' : 'none';
  const cells = [
    each.total,
    each.concurrency,
    each.latencyMs,
    limit,
    round(b),
    round(e),
    (e / b).toFixed(2),
    limit > 0 ? (e / limit).toFixed(2) : '-',
  ];
  return `| ${[...cells, redis.toFixed(2), rss, twice].join(' | ')} |`;
}

interface Run {
  readonly wallMs: number;
  readonly rssMb: number;
  readonly mostPushes: number;
  readonly redisCommands: number;
}

async function runOnce(side: 'bare' | 'engine', each: Case): Promise<Run> {
  const panel = fork(new URL('./panel-server.ts', import.meta.url), [String(each.latencyMs)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const [line] = (await once(panel.stdout ?? panel, 'data')) as [Buffer];
  const port = Number(line.toString());
  const redis = await startRealRedis();
  const child = fork(new URL('./side.ts', import.meta.url), [
    side,
    String(port),
    redis.url,
    String(each.total),
    String(each.concurrency),
  ]);
  const [result] = (await once(child, 'message')) as [{ wallMs: number; rssMb: number }];
  await once(child, 'exit');
  const redisCommands = await countCommands(redis.url);
  const calls = createPanelCalls(port, 1);
  const counts = JSON.parse(await calls.read('counts')) as { mostPushes: number; held: number };
  await calls.close();
  if (counts.held !== each.total) throw new Error(`${side}: only ${counts.held} of ${each.total} panels hold the key`);
  panel.kill();
  await redis.stop();
  return { ...result, mostPushes: counts.mostPushes, redisCommands };
}

await main();
