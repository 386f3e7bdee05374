import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.ts';
import { refusal } from '../../support/refusal.ts';
import { connectorWorlds, never, target, useDesk } from './connector-desk.ts';

const REFUSALS: readonly (readonly [string, ErrorCode])[] = [
  ['malformed', 'CAPABILITY_MISSING'],
  ['unsupported-version', 'CAPABILITY_MISSING'],
  ['unknown-operation', 'CAPABILITY_MISSING'],
  ['not-paired', 'PERMISSION_DENIED'],
  ['bad-signature', 'PERMISSION_DENIED'],
  ['cannot-open', 'PERMISSION_DENIED'],
  ['https-required', 'CONFIG_INVALID'],
  ['address-not-listed', 'ADDRESS_NOT_ALLOWED'],
  ['rate-limited', 'RATE_LIMITED'],
  ['clock-skew', 'PANEL_REFUSED'],
  ['replayed', 'UNEXPECTED_RESPONSE'],
  ['sodium-missing', 'CAPABILITY_MISSING'],
  ['state-not-writable', 'CAPABILITY_MISSING'],
  ['superseded', 'SUPERSEDED'],
  ['module-missing', 'CONFIG_INVALID'],
  ['module-inactive', 'CONFIG_INVALID'],
  ['place-unknown', 'CONFIG_INVALID'],
  ['not-saved', 'PANEL_REFUSED'],
  ['panel-error', 'UPSTREAM_UNAVAILABLE'],
  ['something-new', 'PANEL_REFUSED'],
];

/** A connector says these only to a letter whose signature it has found right, so it signs them. */
const DECIDED_INSIDE = [
  'superseded',
  'by-hand',
  'not-saved',
  'clock-skew',
  'replayed',
  'cannot-open',
  'module-missing',
  'module-inactive',
  'place-unknown',
  'refused-by-module',
  'vendor-unreachable',
  'something-new',
];

/** What may come back from somebody who does not have the key, or from a connector that is not right in the head. */
const WRONG_REPLIES = [
  'altered',
  'unsigned',
  'other-key',
  'other-nonce',
  'refused-unsigned',
  'ok-as-refused',
  'giant',
  'not-base64',
  'not-json',
  'other-version',
  'body-not-json',
  'old-reply',
] as const;

describe.each(connectorWorlds(1))('%s: a connector that is hard to please', (_kind, start) => {
  const desk = useDesk(start);
  const { newKey, panel, check, connector, blockers } = desk;

  describe('refusals', () => {
    it.each(REFUSALS)('%s is an error of ours with a fix, and nothing is written', async (code, expected) => {
      await connector({ refuse: { code } });
      const before = await desk.world.stored();
      const next = await newKey();
      const error = await refusal(panel().apply(target, next, { token: 't' }, never), expected, [
        next.apiKey.reveal(),
        desk.world.pairing.text,
      ]);
      expect(error.fix).toMatch(/\w+ \w+/);
      expect(error.context).toMatchObject({ refusal: code === 'something-new' ? 'unknown' : code });
      expect(error.safeMessage).not.toContain('simulated');
      expect(await desk.world.stored()).toEqual(before);
    });

    it('by-hand is no error: a person is told where to enter the credential', async () => {
      await connector({ canWrite: false });
      const result = await panel().apply(target, await newKey(), { token: 't' }, never);
      expect(result).toMatchObject({ result: 'by-hand', instructions: expect.stringContaining('>') as string });
      await connector({ canWrite: true });
    });

    it('names the address that the connector sees', async () => {
      const { pairing } = desk.world.pairing;
      await connector({ pairing: { ...pairing, addresses: ['192.0.2.0/24'] } });
      const error = await refusal(panel().observe(target, never), 'ADDRESS_NOT_ALLOWED');
      expect(error.safeMessage).toContain('127.0.0.1');
      await connector({ pairing: { ...pairing, addresses: ['192.0.2.0/24', '127.0.0.1'] } });
      await panel().observe(target, never);
      await connector({ pairing });
    });

    it('insists on TLS from anywhere but this machine', async () => {
      await connector({ pretend: { https: false, caller: '203.0.113.9' } });
      await refusal(panel().observe(target, never), 'CONFIG_INVALID');
      await connector({ pretend: { https: true, caller: '203.0.113.9' } });
      await panel().observe(target, never);
    });

    it('says for how long to pause', async () => {
      await connector({ requestsPerMinute: 0 });
      const error = await refusal(panel().observe(target, never), 'RATE_LIMITED');
      expect(error.retryAfterMs).toBeGreaterThan(0);
      await connector({ requestsPerMinute: 600 });
    });

    it('says that a connector was unpacked but never paired, and that another pairing is not accepted', async () => {
      await refusal(desk.world.create(desk.deps, { wrongSecret: true }).observe(target, never), 'PERMISSION_DENIED');
      const { pairing } = desk.world.pairing;
      await connector({ pairing: null });
      await refusal(panel().observe(target, never), 'PERMISSION_DENIED');
      await connector({ pairing });
    });

    it('says that there is no connector', async () => {
      const { connector: before } = await withoutConnector();
      expect((await blockers()).length).toBe(1);
      await refusal(panel().observe(target, never), 'CAPABILITY_MISSING');
      await desk.world.simulator.control.reconfigure({ change: { connector: before } });
    });

    async function withoutConnector() {
      await desk.world.simulator.control.reconfigure({ change: { connector: null } });
      return { connector: { pairing: desk.world.pairing.pairing } };
    }
  });

  describe('replies', () => {
    it.each(WRONG_REPLIES)('"%s" is never believed', async (reply) => {
      // A reply before this one, for the one that is sent again.
      await panel().observe(target, never);
      await connector({ reply });
      await refusal(check(), 'UNEXPECTED_RESPONSE');
      await refusal(panel().observe(target, never), 'UNEXPECTED_RESPONSE');
      await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'UNEXPECTED_RESPONSE');
      expect(await blockers()).not.toEqual([]);
    });

    it.each(DECIDED_INSIDE)('"%s" counts only if the connector signed it', async (code) => {
      await connector({ reply: 'unsigned', refuse: { code } });
      await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'UNEXPECTED_RESPONSE');
    });

    it.each(['rate-limited', 'bad-signature', 'panel-error'])(
      '"%s" without a signature promises nothing',
      async (code) => {
        await connector({ reply: 'unsigned', refuse: { code } });
        const [change, write] = [await newKey(), { token: 't' }];
        await expect(panel().apply(target, change, write, never)).rejects.toMatchObject({
          context: { refusal: code },
          untouched: undefined,
        });
      },
    );

    it("another letter's refusal says nothing of this one", async () => {
      await connector({ reply: 'unsigned', refuse: { code: 'rate-limited' } });
      await refusal(panel().observe(target, never), 'RATE_LIMITED');
      await connector({ reply: 'old-reply', refuse: { code: 'rate-limited' } });
      await refusal(panel().observe(target, never), 'UNEXPECTED_RESPONSE');
    });

    it('a signed reply with the body of another operation is not taken for this one', async () => {
      await connector({ reply: 'body-of-another-operation' });
      await refusal(check(), 'UNEXPECTED_RESPONSE');
      await refusal(panel().observe(target, never), 'UNEXPECTED_RESPONSE');
    });
  });
});
