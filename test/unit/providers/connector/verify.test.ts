import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConnectorClient } from '../../../../providers/shared/connector/client.ts';
import { readPairing } from '../../../../providers/shared/connector/pairing.ts';
import { createPairing } from '../../../../providers/shared/connector/pairing-files.ts';
import { verifyConnector } from '../../../../providers/shared/connector/verify.ts';
import { KeyturnError } from '../../../../src/core/errors.ts';
import type { Look } from '../../../../src/core/panel-looks.ts';
import type { SecretReference } from '../../../../src/core/secret-reference.ts';
import { realClock } from '../../../support/provider-deps.ts';

const signal = new AbortController().signal;
const reference = 'file:pairing' as SecretReference;
const letterSchema = z.object({ nonce: z.string() });

const HEALTHY = {
  connector: '1.0.0',
  protocol: 1,
  panel: { kind: 'wisecp', version: null },
  php: '8.2.36',
  module: { present: true, active: true, version: '2.0.16', library: '3.0.16' },
  places: [{ id: '', label: 'DomainNameAPI' }],
  write: true,
  testMode: true,
  time: Math.floor(Date.now() / 1000),
  opened: null,
  stateWritable: true,
  address: { caller: '127.0.0.1' },
};

/** Verifies a connector that signs, but takes every letter that comes and opens nothing. */
async function verifyCareless(change: object = {}): Promise<ReadonlyMap<string, Look>> {
  const { text } = await createPairing();
  const pairing = readPairing(text, 'the test');
  const carrier = {
    where: 'the panel',
    path: '/api',
    post: async (letter: string) => {
      const { nonce } = letterSchema.parse(JSON.parse(Buffer.from(letter, 'base64url').toString('utf8')));
      const body = JSON.stringify({ ...HEALTHY, ...change });
      const hash = createHash('sha256').update(body).digest('hex');
      const signature = pairing.sign(['keyturn-reply-1', nonce, 'ok', hash]);
      return Buffer.from(JSON.stringify({ v: 1, nonce, ok: true, body, signature })).toString('base64url');
    },
  };
  return verify(carrier, async () => text);
}

type ClientParts = Parameters<typeof createConnectorClient>;

async function verify(
  carrier: ClientParts[0],
  resolveSecret: ClientParts[2]['resolveSecret'],
): Promise<ReadonlyMap<string, Look>> {
  const client = createConnectorClient(carrier, reference, { clock: realClock, resolveSecret });
  const looks: Look[] = [];
  const panel = { kind: 'wisecp', title: 'WISECP', clock: realClock };
  for await (const look of verifyConnector(client, panel, signal)) looks.push(look);
  return new Map(looks.map((look) => [look.id, look]));
}

describe('proving a connector', () => {
  test('finds one that takes altered and repeated letters, and opens nothing', async () => {
    const looks = await verifyCareless();
    for (const id of ['altered', 'replayed', 'sealed']) {
      expect(looks.get(id)?.state).toBe('failed');
      expect(looks.get(id)?.fix).toMatch(/connector/u);
    }
    expect([...looks.values()].filter(({ state }) => state === 'ok').map(({ id }) => id)).toEqual([
      ...['configuration', 'reachable', 'sign-in', 'connector', 'pairing', 'clock', 'state', 'module', 'places'],
    ]);
  });

  test('names the places, and nothing that does not look like a name', async () => {
    const places = [
      { id: 'app-3', label: 'Şirket hesabı' },
      { id: 'app-4', label: '<b>\u202Eodd</b>' },
    ];
    const looks = await verifyCareless({ places });
    expect(looks.get('places')?.evidence).toBe('app-3 (Şirket hesabı), app-4 (unprintable).');
  });

  test.each([
    ['cannot write its state folder', { stateWritable: false }, 'state', /web server's user/u],
    ['speaks another protocol', { protocol: 2 }, 'connector', /connector build/u],
    ['stands beside a module that is not active', { module: { present: true, active: false } }, 'module', /Activate/u],
  ])('finds one that %s, with the fix', async (_what, change, id, fix) => {
    const looks = await verifyCareless(change);
    expect(looks.get(id)?.state).toBe('failed');
    expect(looks.get(id)?.fix).toMatch(fix);
  });

  test('never advises to run this very command', async () => {
    const { text } = await createPairing();
    const carrier = { where: 'the panel', path: '/api', post: async () => '<html>Maintenance</html>' };
    const looks = await verify(carrier, async () => text);
    expect(looks.get('connector')).toMatchObject({ state: 'failed', code: 'UNEXPECTED_RESPONSE' });
    for (const { fix } of looks.values()) expect(fix ?? '').not.toContain('connector verify');
  });

  test('ends when it is cut off, with no look made of that', async () => {
    const { text } = await createPairing();
    const cut = new KeyturnError('ABORTED', 'cut off');
    const carrier = { where: 'the panel', path: '/api', post: () => Promise.reject(cut) };
    await expect(verify(carrier, async () => text)).rejects.toBe(cut);
  });
});
