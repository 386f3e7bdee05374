import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exit } from 'node:process';
import { median, print, round } from './report.ts';

/*
 * What `keyturn --help` takes to start, next to a Node program with nothing in it. The two take turns, so that a busy machine is busy
 * for both. Fails if the median is over 1.5 times the empty program's plus 60 ms.
 */

const ROUNDS = 21;
const FACTOR = 1.5;
const EXTRA_MS = 60;

const ROOT = join(import.meta.dirname, '..');
const SIDES = [
  ['source (src/cli/main.ts)', join(ROOT, 'src/cli/main.ts')],
  ['as installed (dist)', join(ROOT, 'dist/src/cli/main.js')],
] as const;

function timed(args: readonly string[], cache: string): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { env: { ...process.env, NODE_COMPILE_CACHE: cache } });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}`);
  return ms;
}

function measure(title: string, main: string, folder: string): boolean {
  const empty = join(folder, `empty.${main.endsWith('.ts') ? 'ts' : 'js'}`);
  writeFileSync(empty, '');
  timed([main, '--help'], folder);
  timed([empty], folder);
  const pairs = Array.from(
    { length: ROUNDS },
    () => [timed([empty], folder), timed([main, '--help'], folder)] as const,
  );
  const floor = median(pairs.map(([ms]) => ms));
  const help = median(pairs.map(([, ms]) => ms));
  const goal = FACTOR * floor + EXTRA_MS;
  print(`| ${title} | ${round(floor)} | ${round(help)} | ${round(goal)} | ${(help / floor).toFixed(2)} |`);
  return help <= goal;
}

const folder = mkdtempSync(join(tmpdir(), 'keyturn-start-'));
print('| | empty Node ms | keyturn --help ms | goal ms | ratio |');
print('|---|---|---|---|---|');
const kept = SIDES.filter(([, main]) => existsSync(main)).map(([title, main]) => measure(title, main, folder));
rmSync(folder, { recursive: true });
exit(kept.length > 0 && kept.every(Boolean) ? 0 : 1);
