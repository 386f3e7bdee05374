/**
 * Gate: nothing that the suite or the demo started is still running. Looks through /proc for the mark that was in the
 * environment of both (argument 1), and for processes whose working folder is this tree, other than our own ancestors.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { argv, cwd, exit, pid as own, stdout } from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

const SETTLE_MS = 2000;

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${String(pid)}/cwd`);
  } catch {
    return '';
  }
}

function parentOf(pid: number): number {
  const afterName =
    read(`/proc/${String(pid)}/stat`)
      .split(') ')
      .at(-1) ?? '';
  return Number(afterName.split(' ')[1] ?? 0);
}

function ancestors(): Set<number> {
  const found = new Set<number>();
  for (let pid = own; pid > 0 && !found.has(pid); pid = parentOf(pid)) found.add(pid);
  return found;
}

function isOurs(pid: number, mark: string): boolean {
  return read(`/proc/${String(pid)}/environ`).includes(mark) || workingFolder(pid).startsWith(cwd());
}

const mark = argv[2];
if (mark === undefined || mark.length < 8) {
  stdout.write('usage: node .ci/check-left-behind.ts MARK\n');
  exit(2);
}
await wait(SETTLE_MS);
const mine = ancestors();
const pids = readdirSync('/proc')
  .map(Number)
  .filter((pid) => pid > 0);
const left = pids.filter((pid) => !mine.has(pid) && isOurs(pid, mark));
for (const pid of left)
  stdout.write(`still running: ${String(pid)} ${read(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ')}\n`);
stdout.write(`left behind: ${String(pids.length)} processes looked at, ${String(left.length)} are ours\n`);
exit(left.length > 0 || pids.length < 2 ? 1 : 0);
