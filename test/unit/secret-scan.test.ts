import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLedger, scanFolder } from '../support/secret-scan.ts';

const KEY = 'k/9+ä"7d\\e1b-4f%20&=zq??>~';
const utf8 = Buffer.from(KEY);

function base64(before: string, after: string): string {
  return Buffer.from(`${before}${KEY}${after}`).toString('base64');
}

describe('secret scan', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-scan-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function scanText(content: string | Buffer, secrets: readonly string[] = [KEY]): Promise<string[]> {
    await writeFile(join(folder, 'artefact'), content);
    const report = await scanFolder(folder, secrets);
    return report.leaks.map((leak) => leak.encoding);
  }

  test.each([
    ['raw', `key=${KEY}.`],
    ['json', JSON.stringify({ key: KEY })],
    ['json twice', JSON.stringify({ body: JSON.stringify({ key: KEY }) })],
    ['url', `?key=${encodeURIComponent(KEY)}`],
    ['url', `?key=${encodeURIComponent(KEY).toLowerCase()}`.replace('ä', '')],
    ['hex', utf8.toString('hex')],
    ['hex', utf8.toString('hex').toUpperCase()],
    ['base64', base64('', '')],
    ['base64', base64('a', 'zz')],
    ['base64', base64('ab', 'z')],
    ['base64', base64('user:', '\n')],
    ['base64url', Buffer.from(`ab${KEY}`).toString('base64url')],
  ])('finds a key as %s in %s', async (encoding, content) => {
    expect(await scanText(content)).toContain(encoding);
  });

  test('finds it at the first and at the last byte of binary content', async () => {
    expect(await scanText(Buffer.concat([utf8, Buffer.from([0, 255]), utf8]))).toEqual(['raw', 'raw']);
  });

  test('does not report what only resembles it', async () => {
    expect(
      await scanText(`${KEY.slice(0, -1)} ${KEY.toUpperCase()} ${randomBytes(20_000).toString('base64')}`),
    ).toEqual([]);
  });

  test('names the ledger line, never the value, and counts what it looked at', async () => {
    const ledger = join(folder, 'ledger.txt');
    await writeFile(ledger, `short\nfirst-key-0001\n${KEY}\nfirst-key-0001\n`);
    const secrets = readLedger(ledger);
    await rm(ledger);
    await writeFile(join(folder, 'artefact'), `..${KEY}`);
    const report = await scanFolder(folder, secrets);
    expect(report).toMatchObject({ secrets: 2, files: 1, bytes: utf8.length + 2 });
    expect(report.leaks).toEqual([{ file: join(folder, 'artefact'), offset: 2, encoding: 'raw', ledgerLine: 3 }]);
    expect(JSON.stringify(report)).not.toContain(KEY);
  });

  test('an empty ledger or folder counts as nothing', async () => {
    expect(await scanFolder(folder, [KEY])).toMatchObject({ files: 0, bytes: 0 });
    await writeFile(join(folder, 'artefact'), 'x');
    expect(await scanFolder(folder, ['', 'short'])).toMatchObject({ secrets: 0 });
  });
});
