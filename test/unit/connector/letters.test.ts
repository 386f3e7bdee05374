import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { readPairing } from '../../../providers/shared/connector/pairing.ts';
import { bindingIdOf } from '../../../src/core/model.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import {
  CONNECTOR,
  connectorPanel,
  hmacLines,
  NOW,
  openLetter,
  PAIRING,
  replyLetter,
  sha256,
} from '../../support/connector-reply.ts';
import { refusal } from '../../support/refusal.ts';

const never = new AbortController().signal;
const target = { bindingId: bindingIdOf('p', 'a', 'live'), environment: 'live', options: {} } as const;
const credential = {
  resellerId: '11111111-2222-4333-8444-555555555555',
  apiKey: new SecretValue('k0-a-key-that-stays-sealed-0123'),
};

const facts = {
  raw: '0'.repeat(32),
  normalized: '1'.repeat(32),
  shape: 'opaque',
  outerWhitespace: false,
  invisibleCharacters: false,
  length: 12,
};
const OBSERVED = JSON.stringify({
  username: facts,
  password: facts,
  testMode: false,
  others: 'x',
  module: { version: '2.0.16', library: '3.0.16' },
});

test('a letter is signed over method, path, connector, operation, body, time and nonce', async () => {
  const letters: string[] = [];
  const panel = connectorPanel((letter) => {
    letters.push(letter);
    return replyLetter({ nonce: openLetter(letter).nonce, ok: true, body: OBSERVED });
  });
  await panel.observe(target, never);
  const seen = openLetter(letters[0] ?? '');
  const { time, nonce, body, signature } = seen;
  expect(seen).toMatchObject({ v: 1, connector: CONNECTOR, operation: 'observe', time: NOW / 1000 });
  const lines = ['keyturn-request-1', 'POST', '/entry', CONNECTOR, 'observe', sha256(body), time, nonce];
  expect(signature).toBe(hmacLines(lines));
  expect(nonce).toMatch(/^[0-9a-f]{32}$/);
  expect(letters[0]).toMatch(/^[\w-]+$/);
});

test('no two letters share a nonce', async () => {
  const nonces = new Set<string>();
  const panel = connectorPanel((letter) => {
    const { nonce } = openLetter(letter);
    nonces.add(nonce);
    return replyLetter({ nonce, ok: true, body: OBSERVED });
  });
  for (let i = 0; i < 20; i += 1) await panel.observe(target, never);
  expect(nonces.size).toBe(20);
});

test('a new key goes in sealed: no letter holds it, and no fingerprint of it', async () => {
  const letters: string[] = [];
  const panel = connectorPanel((letter) => {
    letters.push(letter);
    return replyLetter({ nonce: openLetter(letter).nonce, ok: true, body: '{"changed":true}' });
  });
  expect(await panel.apply(target, credential, { token: 't' }, never)).toEqual({ result: 'changed' });
  const { body } = openLetter(letters[0] ?? '');
  const spellings = [
    credential.apiKey.reveal(),
    Buffer.from(credential.apiKey.reveal()).toString('base64'),
    credential.resellerId,
  ];
  for (const spelling of spellings) expect(body).not.toContain(spelling);
  expect(body).toMatch(/"sealed":"[A-Za-z0-9+/=]{100,}"/);
});

test.each([
  ['a reply that nobody signed', (nonce: string) => replyLetter({ nonce, ok: true, body: OBSERVED, signature: null })],
  ['a reply to another letter', () => replyLetter({ nonce: 'f'.repeat(32), ok: true, body: OBSERVED })],
  [
    'a reply signed as a refusal and sent as a yes',
    (nonce: string) =>
      replyLetter({
        nonce,
        ok: true,
        body: OBSERVED,
        signature: hmacLines(['keyturn-reply-1', nonce, 'refused', sha256(OBSERVED)]),
      }),
  ],
  [
    'a signature of another length',
    (nonce: string) => replyLetter({ nonce, ok: true, body: OBSERVED, signature: 'abc' }),
  ],
  ['a page', () => '<html>Log in</html>'],
  ['nothing', () => ''],
  ['a signed reply of another shape', (nonce: string) => replyLetter({ nonce, ok: true, body: '{"x":1}' })],
])('is not believed: %s', async (_name, reply) => {
  const panel = connectorPanel((letter) => reply(openLetter(letter).nonce));
  await refusal(panel.observe(target, never), 'UNEXPECTED_RESPONSE');
  const identity = { resellerId: credential.resellerId, environment: 'live' } as const;
  await refusal(panel.check(target, identity, never), 'UNEXPECTED_RESPONSE');
});

test('nothing is sent by a worker that may not write any more, or was cut off', async () => {
  const letters: string[] = [];
  const panel = connectorPanel((letter) => {
    letters.push(letter);
    return replyLetter({ nonce: openLetter(letter).nonce, ok: true, body: '{"changed":true}' });
  });
  const lost = new Error('lease lost');
  await expect(
    panel.apply(target, credential, { token: 't', confirm: () => Promise.reject(lost) }, never),
  ).rejects.toBe(lost);
  await refusal(panel.apply(target, credential, { token: 't' }, AbortSignal.abort()), 'ABORTED');
  expect(letters).toEqual([]);
});

test('a panel that its connector cannot write is for a person, with the menu path', async () => {
  const panel = connectorPanel((letter) =>
    replyLetter({ nonce: openLetter(letter).nonce, ok: false, body: '{"code":"by-hand","message":"x"}' }),
  );
  const result = await panel.apply(target, credential, { token: 't' }, never);
  expect(result.result === 'by-hand' ? result.instructions : '').toContain('Somewhere > Else');
});

test('both sides make the same fingerprints, under a key of this pairing alone', async () => {
  const pairing = readPairing(new SecretValue(PAIRING), 'Panel');
  const key = Buffer.from(PAIRING.split('.')[2] ?? '', 'base64url');
  const derived = createHmac('sha256', key).update('keyturn-fingerprint-1').digest();
  const expected = createHmac('sha256', derived).update('türkçe key').digest('hex').slice(0, 32);
  expect(pairing.fingerprint('türkçe key')).toBe(expected);
});

test.each(['', 'keyturn-pairing-1', 'keyturn-pairing-2.0011223344556677.a.b', `${PAIRING}x`, `x${PAIRING}`])(
  'a text that is no pairing is refused without being repeated',
  async (text) => {
    const reading = Promise.resolve().then(() => readPairing(new SecretValue(text), 'Panel at p'));
    const error = await refusal(reading, 'CONFIG_INVALID');
    expect(error.fix).toContain('keyturn connector build');
    if (text.length > 20) expect(JSON.stringify(error)).not.toContain(text);
  },
);
