import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyturnError } from '../../src/core/errors.ts';
import { bindingIdOf } from '../../src/core/model.ts';
import type { PanelIntegration } from '../../src/core/ports.ts';
import { SecretValue } from '../../src/core/secret-value.ts';
import { connectorPanel, openLetter, replyLetter } from '../support/connector-reply.ts';

const never = new AbortController().signal;
const RESELLER = '11111111-2222-4333-8444-555555555555';
const KEY = 'k0-a-new-key-for-the-reply-fuzz';
const UPSTREAM_TEXT = 'words-of-the-panel-itself';
const target = { bindingId: bindingIdOf('p', 'a', 'live'), environment: 'live', options: {} } as const;
const credential = { resellerId: RESELLER, apiKey: new SecretValue(KEY) };

const text = fc.constantFrom(
  UPSTREAM_TEXT,
  RESELLER,
  'live',
  'test',
  'opaque',
  'uuid',
  '0'.repeat(32),
  'superseded',
  'by-hand',
  '{"resellerId":""}',
);
const NAMES = [
  'asked',
  'environment',
  'status',
  'body',
  'retryAfter',
  'transport',
  'address',
  'ms',
  'reason',
  'code',
  'message',
  'username',
  'password',
  'testMode',
  'module',
  'raw',
  'normalized',
  'shape',
  'length',
  'places',
  'id',
  'label',
  'changed',
  'connector',
  'protocol',
  'panel',
  'present',
  'write',
  'time',
];
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('json'), { maxKeys: 9 }),
  ),
}));

/** Bodies that come close to a check's: every part right, or replaced by something else. */
function nearly(right: unknown): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, json);
}
const checkBody = fc.record({
  asked: nearly(true),
  environment: nearly('live'),
  status: fc.oneof(fc.constantFrom(200, 200, 201, 302, 401, 403, 429, 500, null), json),
  body: fc.oneof(
    fc.constantFrom('', '<html>', `{"resellerId":"${RESELLER}","error":{"message":"no"}}`, '{"usdBalance":0}', '[]'),
    json.map((value) => JSON.stringify(value)),
  ),
  retryAfter: nearly(null),
  transport: nearly(null),
  address: nearly({ local: null, remote: null }),
  ms: nearly(5),
});

const replyBody = fc.oneof(json, checkBody);
const badSignature = fc.constantFrom(null, '', 'f'.repeat(64));
const rawText = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('', 'e30', 'bnVsbA', '<html>'));

type Answer =
  | { readonly raw: string }
  | { readonly ok: boolean; readonly body: unknown; readonly signature?: string | null };
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 1, arbitrary: rawText.map((raw) => ({ raw })) },
  { weight: 1, arbitrary: fc.record({ ok: fc.boolean(), body: replyBody, signature: badSignature }) },
  { weight: 4, arbitrary: fc.record({ ok: fc.boolean(), body: replyBody }) },
);

function answering(said: Answer): PanelIntegration {
  return connectorPanel((letter) => {
    if ('raw' in said) return said.raw;
    const { nonce } = openLetter(letter);
    return replyLetter({ nonce, ...said, body: JSON.stringify(said.body) });
  });
}

async function outcome(step: Promise<unknown>): Promise<unknown> {
  try {
    return await step;
  } catch (error) {
    expect(error).toBeInstanceOf(KeyturnError);
    if (!(error instanceof KeyturnError)) return undefined;
    expect(error.code).not.toBe('INVARIANT_BROKEN');
    return [error.safeMessage, error.fix, error.untouched, error.context];
  }
}

test('whatever a connector replies: never broken, never falsely proven, none of it repeated', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (said) => {
      const panel = answering(said);
      const check = await outcome(panel.check(target, { resellerId: RESELLER, environment: 'live' }, never));
      expect(check).not.toMatchObject({ verdict: 'valid' });
      const apply = await outcome(panel.apply(target, credential, { token: 't' }, never));
      const all = JSON.stringify([
        check,
        apply,
        await outcome(panel.observe(target, never)),
        await outcome(panel.preflight(target, never)),
      ]);
      expect(all).not.toContain(UPSTREAM_TEXT);
      expect(all).not.toContain(KEY);
    }),
    { numRuns: 2_000, examples: [[{ ok: false, body: { code: UPSTREAM_TEXT } }]] },
  );
});

test('a true proof with any one character of the reply changed proves nothing', async () => {
  const body = JSON.stringify({
    asked: true,
    environment: 'live',
    status: 200,
    body: JSON.stringify({ resellerId: RESELLER, usdBalance: 1 }),
    retryAfter: null,
    transport: null,
    address: { local: null, remote: null },
    ms: 1,
  });
  const identity = { resellerId: RESELLER, environment: 'live' } as const;
  function panelReplying(change: (reply: string) => string): PanelIntegration {
    return connectorPanel((letter) => change(replyLetter({ nonce: openLetter(letter).nonce, ok: true, body })));
  }
  expect(await panelReplying((reply) => reply).check(target, identity, never)).toMatchObject({ verdict: 'valid' });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.stringMatching(/^[\w-]$/), async (at, to) => {
      const changes: boolean[] = [];
      const panel = panelReplying((reply) => {
        const place = at % reply.length;
        const changed = reply.slice(0, place) + to + reply.slice(place + 1);
        // The last character of base64 has bits that mean nothing, and a letter may be replaced by itself.
        changes.push(!Buffer.from(changed, 'base64url').equals(Buffer.from(reply, 'base64url')));
        return changed;
      });
      const check = await outcome(panel.check(target, identity, never));
      if (changes.includes(true)) expect(check).not.toMatchObject({ verdict: 'valid' });
    }),
    { numRuns: 1_000 },
  );
});
