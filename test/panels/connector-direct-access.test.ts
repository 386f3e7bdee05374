import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { panelKinds } from '../../providers/registry.ts';
import { buildConnector } from '../../providers/shared/connector/archive.ts';
import { createPairing } from '../../providers/shared/connector/pairing-files.ts';
import { PHP } from '../hosts/php-binary.ts';
import { recordSecret } from '../support/secret-ledger.ts';

/* Anybody can ask a web server for the address of any of our files. A PHP that shows its errors must have none to show. */

const KINDS = ['whmcs', 'wisecp', 'hostbill', 'blesta', 'clientexec'] as const;
/** WHMCS's own words for it. */
const WHMCS = 'This file cannot be accessed directly';
const SHOWS_ALL = ['-d', 'display_errors=1', '-d', 'display_startup_errors=1', '-d', 'html_errors=0'];
const run = promisify(execFile);
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'keyturn-direct-'));
});
afterAll(() => rm(root, { recursive: true }));

async function unpacked(kind: (typeof KINDS)[number]): Promise<readonly string[]> {
  const layout = await panelKinds[kind]?.connector?.();
  if (!layout) throw new Error(`There is no connector for ${kind}.`);
  const pairing = await createPairing();
  for (const secret of [pairing.key, pairing.keypair, pairing.text]) recordSecret(secret.reveal());
  const vendor = { live: 'https://live.vendor.test', test: 'https://test.vendor.test' };
  const { files } = await buildConnector(kind, { layout, vendor, pairing });
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(root, kind, path)), { recursive: true });
    await writeFile(join(root, kind, path), bytes);
  }
  return [...files.keys()].filter((path) => path.endsWith('.php'));
}

describe.each(KINDS)('%s', (kind) => {
  test('none of its files says anything when it is asked for alone', async () => {
    const said: Record<string, string> = {};
    for (const path of await unpacked(kind)) {
      const file = join(root, kind, path);
      const { stdout, stderr } = await run(PHP, [...SHOWS_ALL, file], { cwd: dirname(file) }).catch(outputOf);
      if (stdout + stderr !== '') said[path] = stdout + stderr;
    }
    expect(said).toEqual(expectedOf(kind));
  });
});

function expectedOf(kind: (typeof KINDS)[number]): Readonly<Record<string, unknown>> {
  if (kind === 'whmcs') {
    return { 'includes/api/keyturnconnector.php': WHMCS, 'includes/hooks/keyturnconnector.php': WHMCS };
  }
  // The one entry that there is no panel in front of: it answers with a refusal.
  const letter: unknown = expect.stringMatching(/^[\w-]+$/);
  return kind === 'clientexec' ? { 'plugins/snapin/keyturn/connector.php': letter } : {};
}

function outputOf(thrown: unknown): { readonly stdout: string; readonly stderr: string } {
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => String(Reflect.get(Object(thrown), name)));
  return { stdout: stdout ?? '', stderr: stderr ?? '' };
}
