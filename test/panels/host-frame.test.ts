import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type PanelHost, startHost } from '../hosts/start.ts';

/* The ground that all panels in PHP stand on; what it does wrong, every test on it would believe. */

const VENDOR = { live: 'http://127.0.0.1:9/api/v1', test: 'http://127.0.0.1:9/ote/v1' };
const PROBE = `<?php echo json_encode([$_SERVER['REMOTE_ADDR'], $_SERVER['SERVER_ADDR'], $_SERVER['SERVER_PORT'],
$_SERVER['SCRIPT_NAME'], $_SERVER['PATH_INFO'], getcwd(), $_POST]);`;
let host: PanelHost;

beforeAll(async () => {
  host = await startHost('whmcs', { vendor: VENDOR });
  await writeFile(join(host.home, 'probe.php'), PROBE);
});
afterAll(() => host.stop());

async function get(path: string): Promise<readonly [number, string]> {
  const response = await fetch(`${host.url}${path}`);
  return [response.status, await response.text()];
}

it('tells PHP what a web server tells it', async () => {
  const body = new URLSearchParams({ 'a[b]': 'c' });
  const response = await fetch(`${host.url}/probe.php/more?x=1`, { method: 'POST', body });
  const port = new URL(host.url).port;
  expect(await response.json()).toEqual([
    '127.0.0.1',
    host.address,
    port,
    '/probe.php',
    '/more',
    host.home,
    { a: { b: 'c' } },
  ]);
  expect(response.headers.get('connection')).toBe('keep-alive');
});

it("hands out nothing of the connector's, and no control", async () => {
  const home = '/modules/addons/keyturn';
  expect(await get(`${home}/pairing.php`)).toEqual([200, '']);
  for (const path of [`${home}/state/.htaccess`, `${home}/core/.htaccess`, `${home}/core/Connector.php`]) {
    expect((await get(path))[0], path).toBe(403);
  }
  await host.control('configure', { htaccess: false });
  expect(await get(`${home}/core/Connector.php`)).toEqual([200, '']);
  await host.control('configure', { htaccess: null });
  for (const path of ['/__host/stored', '/not-there', '/not-there.php', '/..%2f..%2fhost.json']) {
    expect([400, 404], path).toContain((await get(path))[0]);
  }
});

it('fails when it is told to, as often as it is told to, and counts what came in', async () => {
  await host.fail('503', { times: 1, paths: ['/probe'] });
  expect((await get('/not-there'))[0]).toBe(404);
  expect((await get('/probe.php'))[0]).toBe(503);
  expect((await get('/probe.php'))[0]).toBe(200);
  expect(await host.requests()).toMatchObject({ 'GET /not-there': 2, 'GET /probe.php': 2 });
});

it("collects PHP's error log", async () => {
  await writeFile(join(host.home, 'broken.php'), '<?php trigger_error("seen by nobody", E_USER_WARNING);');
  expect(await get('/broken.php')).toEqual([200, '']);
  expect(await host.logs()).toContain('seen by nobody');
});

it('ends with the process that started it, however that ends', async () => {
  const worker = spawn(execPath, [join(import.meta.dirname, '../support/host-worker.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  const [url] = (await once(createInterface({ input: worker.stdout }), 'line')) as [string];
  expect((await fetch(url)).status).toBe(404);
  worker.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(url)).rejects.toThrow('fetch failed'), { timeout: 10_000, interval: 100 });
});

it('says what to install where PHP is missing, before any test runs', async () => {
  vi.stubEnv('KEYTURN_TEST_PHP', '/not/there/php');
  vi.resetModules();
  const { setup } = await import('../hosts/global-setup.ts');
  await expect(setup()).rejects.toThrow(/PHP \(\/not\/there\/php\).*apt-get install/);
});
