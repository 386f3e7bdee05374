import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { hashOf } from '../test/simulators/start.ts';
import { startRealRedis } from '../test/support/redis.ts';
import { startEstate } from './panel-estate.ts';
import type { SideOrder } from './panels-side.ts';
import { countCommands, median, print, round } from './report.ts';

/*
 * The same question as fan-out.ts, through the real integrations: a whole rotation over simulated WHMCS, WISECP, HostBill, Blesta and
 * ClientExec panels, four of the five kinds through their connector, against the same calls in a bare loop. Every run has fresh
 * panels, a fresh process and a fresh Redis with AOF; the two sides take turns. Read the ratio, not the seconds.
 *
 *   npm run bench:panels                      1,000 panels, 100 at a time, 100 ms away
 *   npm run bench:panels -- 1000 100 100 3    N (a multiple of 5), C, L in ms, rounds
 */

const [total = 1_000, concurrency = 100, latencyMs = 100, rounds = 3] = process.argv.slice(2).map(Number);

interface Run {
  readonly wallMs: number;
  /** Processor time of the measured process alone: hardly moved by what else the machine does. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly mostPushes: number;
  readonly redisCommands: number;
}

async function runOnce(side: SideOrder['side']): Promise<Run> {
  const { count, stop, ...estate } = await startEstate(total, latencyMs, hashOf);
  const redis = await startRealRedis();
  const child = fork(new URL('./panels-side.ts', import.meta.url));
  child.send({ side, redisUrl: redis.url, concurrency, estate } satisfies SideOrder);
  const result = await resultOf(child);
  const { holding, mostPushes } = await count();
  const redisCommands = await countCommands(redis.url);
  await redis.stop();
  await stop();
  if (holding !== total) throw new Error(`${side}: only ${holding} of ${total} panels hold the key`);
  return { ...result, mostPushes, redisCommands };
}

type Measured = Pick<Run, 'wallMs' | 'cpuMs' | 'rssMb'>;

async function resultOf(child: ChildProcess): Promise<Measured> {
  const ended = once(child, 'exit');
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [Measured];
  if (typeof result !== 'object') throw new Error('the measured process failed');
  await ended;
  return result;
}

const bare: Run[] = [];
const engine: Run[] = [];
for (let at = 0; at < rounds; at += 1) {
  bare.push(await runOnce('bare'));
  engine.push(await runOnce('engine'));
}
const [b, e] = [bare, engine].map((runs) => median(runs.map(({ wallMs }) => wallMs)));
const ratios = engine.map(({ wallMs }, at) => wallMs / (bare[at]?.wallMs ?? Number.NaN));
const cpu = [bare, engine].map((runs) => round(median(runs.map(({ cpuMs }) => cpuMs)))).join(', ');
const redis = median(engine.map(({ redisCommands }) => redisCommands)) / total;
const rss = Math.max(...engine.map(({ rssMb }) => rssMb));
const twice = Math.max(...[...bare, ...engine].map(({ mostPushes }) => mostPushes)) > 1 ? 'YES' : 'none';
print(
  '| N | C | L ms | bare ms | engine ms | x bare (pairs) | bare, engine CPU ms | Redis commands per binding | peak RSS MB | pushed twice |',
);
print('|---|---|---|---|---|---|---|---|---|---|');
const pairs = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
const cells = [total, concurrency, latencyMs, round(b ?? 0), round(e ?? 0), `${median(ratios).toFixed(2)} (${pairs})`];
print(`| ${[...cells, cpu, redis.toFixed(2), rss, twice].join(' | ')} |`);
