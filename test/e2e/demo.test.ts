import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCli } from '../support/cli.ts';
import { startTestRedis } from '../support/redis.ts';

/** What each panel of the demo has drifted into. */
const DRIFT = [
  ['billing', 'stale-key'],
  ['shop', 'stray-characters'],
  ['hosting', 'swapped-fields'],
  ['brand', 'wrong-environment'],
  ['office', 'legacy-credentials'],
] as const;
const TITLES = ['WHMCS', 'WISECP', 'HostBill', 'Blesta', 'ClientExec'];

test('keyturn demo proves a whole rotation, says what comes next, and leaves nothing behind', async () => {
  const redis = await startTestRedis();
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-demo-test-'));
  const running = startCli(['demo'], { env: { REDIS_URL: redis.url, TMPDIR: folder } });
  await running.printed('2. Drift');
  const during = await childrenOf(running.pid);
  const { code, stdout, stderr } = await running.result;
  expect(code).toBe(0);
  const [, before = '', after = ''] = stdout.split(/^[25]\. /mu);
  for (const title of TITLES) expect(stdout).toContain(`   ${title} "`);
  for (const [panel, kind] of DRIFT) {
    expect(before).toContain(`${panel}/main/live  drift: ${kind}\n`);
    expect(before).toContain(`${panel}/main/live  proven by balance: `);
    expect(after).toContain(`${panel}/main/live  in-sync`);
  }
  expect(stdout).toContain('PROVEN  5 of 5 bindings proven');
  expect(stdout).toContain('The previous key is dead');
  expect(stdout).toContain('5 bindings: 5 in-sync');
  expect(stdout.trimEnd().split('\n').slice(-4).join('\n')).toMatch(/init[\s\S]*doctor[\s\S]*check[\s\S]*rotate/u);
  expect(stderr).not.toContain('Error');
  // The vendor and the five panels.
  expect(during.length).toBeGreaterThanOrEqual(6);
  expect(during.filter((pid) => isAlive(pid))).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
  await redis.stop();
});

/** The processes that have `parent` for a parent: the simulators. */
async function childrenOf(parent: number): Promise<number[]> {
  const text = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return text
    .trim()
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
