import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, startCli } from '../support/cli.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { recordSecret } from '../support/secret-ledger.ts';

const SECRET = 'guard-secret-9Lp4Xv2Hq7';
const PASSWORD = 'guard-redis-3Bn6Hy5Jd0';

let directory: string;
let redis: TestRedis;

beforeAll(async () => {
  recordSecret(SECRET);
  recordSecret(PASSWORD);
  redis = await startTestRedis();
  directory = await mkdtemp(join(tmpdir(), 'keyturn-guard-'));
  await runCli(['init'], { cwd: directory });
});

afterAll(async () => {
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Code that runs inside of the command's process, beside it. */
function beside(code: string): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

const THROWN = `Object.assign(new Error('token ${SECRET}', { cause: new Error('${SECRET}') }), { headers: { auth: '${SECRET}' } })`;

test.each([
  ['a rejection that nobody handles', `setTimeout(() => Promise.reject(${THROWN}), 1500)`],
  ['an exception that nobody catches', `setTimeout(() => { throw ${THROWN} }, 1500)`],
  ['something thrown that is no error', `setTimeout(() => { throw '${SECRET}' }, 1500)`],
])('%s ends the worker with 70 and says nothing of its content', async (_, code) => {
  const env = { REDIS_URL: redis.url };
  const result = await runCli(['worker', '--json'], { cwd: directory, nodeArgs: beside(code), env });
  expect(result.stdout + result.stderr).not.toContain(SECRET);
  expect(result.code).toBe(70);
  expect(result.stderr).toContain('keyturn: An error that Keyturn did not expect');
  expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'INVARIANT_BROKEN' } });
});

test('DEBUG makes no library print the password of Redis', async () => {
  const url = new URL(redis.url);
  url.password = PASSWORD;
  const env = { REDIS_URL: url.href, DEBUG: '*' };
  const result = await runCli(['status'], { cwd: directory, env });
  expect(result.stderr).toContain('Redis: ');
  expect(result.stdout + result.stderr).not.toContain(PASSWORD);
});

test('a diagnostic report leaves the environment out', async () => {
  const env = { REDIS_URL: redis.url, PANEL_SECRET: SECRET };
  const nodeArgs = ['--report-on-signal', `--report-directory=${directory}`];
  const worker = startCli(['worker'], { cwd: directory, nodeArgs, env });
  await worker.printed(/ready|Press Ctrl-C|Working/iu);
  worker.kill('SIGUSR2');
  await expect.poll(reports, { timeout: 10_000 }).toHaveLength(1);
  worker.kill('SIGTERM');
  await worker.result;
  const [name] = await reports();
  const text = await readFile(join(directory, name ?? ''), 'utf8');
  expect(text).toContain('javascriptHeap');
  expect(text).not.toContain(SECRET);
});

async function reports(): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.startsWith('report.'));
}
