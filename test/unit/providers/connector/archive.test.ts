import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { panelKinds } from '../../../../providers/registry.ts';
import { buildConnector } from '../../../../providers/shared/connector/archive.ts';
import type { ConnectorLayout } from '../../../../providers/shared/connector/layout.ts';
import { readPairing } from '../../../../providers/shared/connector/pairing.ts';
import { createPairing } from '../../../../providers/shared/connector/pairing-files.ts';
import { readPairingFile } from '../../../support/connector-archive.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const SOURCES = join(ROOT, 'providers/panels/connector');
const vendor = { live: 'https://api.example.com/api/v1', test: 'https://ote.example.com/api/v1' };
const KINDS = ['whmcs', 'wisecp', 'hostbill', 'blesta', 'clientexec'];

async function layoutOf(kind: string): Promise<ConnectorLayout> {
  const layout = await panelKinds[kind]?.connector?.();
  if (!layout) throw new Error(`${kind} has no connector`);
  return layout;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe.each(KINDS)('the connector for %s', (kind) => {
  test('holds its own files at their places, the core below its home, two refusals for Apache, and the pairing', async () => {
    const layout = await layoutOf(kind);
    const { files } = await buildConnector(kind, { layout, vendor, pairing: await createPairing() });
    const own = (await filesBelow(join(SOURCES, kind))).map((file) => file.slice(join(SOURCES, kind).length + 1));
    const core = (await filesBelow(join(SOURCES, 'core'))).map((file) => file.slice(join(SOURCES, 'core').length + 1));
    const added = ['core/.htaccess', 'state/.htaccess', 'pairing.php'];
    const wanted = [...own, ...[...core.map((file) => `core/${file}`), ...added].map((at) => `${layout.home}/${at}`)];
    expect([...files.keys()]).toEqual([...new Set(wanted)].toSorted());
    expect(own.some((file) => file.startsWith(`${layout.home}/`))).toBe(true);
  });

  test('says what a person has to do, in steps', async () => {
    const { install } = await layoutOf(kind);
    expect(install.length).toBeGreaterThan(1);
    for (const step of install) expect(step).toMatch(/\.$/u);
  });
});

describe('an archive', () => {
  test('is the same, byte for byte, in every time zone', async () => {
    const script = `
      import { buildConnector } from '${SOURCES}/../../shared/connector/archive.ts';
      import { connectorLayout as layout } from '${SOURCES}/../wisecp/connector.ts';
      import { createHash } from 'node:crypto';
      const { zip } = await buildConnector('wisecp', { layout, vendor: { live: 'https://a', test: 'https://b' } });
      process.stdout.write(createHash('sha256').update(zip).digest('hex'));`;
    const hashes = ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: ROOT,
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }),
    );
    const layout = await layoutOf('wisecp');
    const { zip } = await buildConnector('wisecp', { layout, vendor: { live: 'https://a', test: 'https://b' } });
    expect(new Set(hashes)).toEqual(new Set([createHash('sha256').update(zip).digest('hex')]));
  });

  test('unzips to the files it says it has', async () => {
    const { files, zip } = await buildConnector('wisecp', { layout: await layoutOf('wisecp'), vendor });
    expect(new Map(Object.entries(unzipSync(zip)))).toEqual(files);
  });

  test('without a pairing is an upgrade: no pairing.php and no settings of the panel, all else alike', async () => {
    const layout = await layoutOf('wisecp');
    const kept = [`${layout.home}/pairing.php`, `${layout.home}/config.php`];
    const first = await buildConnector('wisecp', { layout, vendor, pairing: await createPairing() });
    const upgrade = await buildConnector('wisecp', { layout, vendor });
    expect(kept.filter((path) => first.files.has(path))).toEqual(kept);
    expect([...upgrade.files]).toEqual([...first.files].filter(([path]) => !kept.includes(path)));
  });

  test('of a kind whose PHP is not there is refused, not built empty', async () => {
    const layout = await layoutOf('wisecp');
    await expect(buildConnector('nopanel', { layout, vendor })).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
  });
});

describe('a pairing', () => {
  test('has two halves that belong together, and is new each time', async () => {
    const [one, other] = await Promise.all([createPairing(), createPairing()]);
    const layout = await layoutOf('wisecp');
    const { files } = await buildConnector('wisecp', { layout, vendor, pairing: one });
    const half = readPairingFile(strFromU8(files.get(`${layout.home}/pairing.php`) ?? new Uint8Array()));
    const worker = readPairing(one.text, 'the test');
    expect(half).toMatchObject({ connector: worker.connector, addresses: [], vendor });
    expect(Buffer.from(half.keypair, 'base64').subarray(32)).toEqual(Buffer.from(worker.publicKey));
    expect(Buffer.from(half.key, 'base64').toString('base64url')).toBe(one.text.reveal().split('.')[2]);
    expect(other.connector).not.toBe(one.connector);
    expect(other.text.reveal()).not.toBe(one.text.reveal());
  });

  test('quotes what PHP would read otherwise', async () => {
    const layout = await layoutOf('wisecp');
    const odd = { live: String.raw`https://a/'x\y`, test: 'https://b/$c' };
    const { files } = await buildConnector('wisecp', { layout, vendor: odd, pairing: await createPairing() });
    const text = strFromU8(files.get(`${layout.home}/pairing.php`) ?? new Uint8Array());
    expect(text).toContain(String.raw`'live' => 'https://a/\'x\\y'`);
    expect(text).toContain("'test' => 'https://b/$c'");
  });

  test('goes into the archive readable by its owner alone; everything else may be read', async () => {
    const layout = await layoutOf('wisecp');
    const { zip } = await buildConnector('wisecp', { layout, vendor, pairing: await createPairing() });
    const modes = modesIn(Buffer.from(zip));
    expect(modes.get(`${layout.home}/pairing.php`)).toBe(0o600);
    expect(new Set([...modes].filter(([path]) => !path.endsWith('/pairing.php')).map(([, mode]) => mode))).toEqual(
      new Set([0o644]),
    );
  });
});

/** File modes as the zip's central directory has them. */
function modesIn(zip: Buffer): ReadonlyMap<string, number> {
  const modes = new Map<string, number>();
  const MARK = Buffer.from('PK\x01\x02', 'latin1');
  for (let at = zip.indexOf(MARK); at >= 0; at = zip.indexOf(MARK, at + 46)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28));
    modes.set(name, (zip.readUInt32LE(at + 38) >>> 16) & 0o777);
  }
  return modes;
}
