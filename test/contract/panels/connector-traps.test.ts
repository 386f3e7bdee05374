import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../../providers/shared/http.ts';
import { refusal } from '../../support/refusal.ts';
import { needlesOf } from '../../support/secret-needles.ts';
import { connectorWorlds, never, OTHERS, SOUND, target, useDesk } from './connector-desk.ts';

describe.each(connectorWorlds(2))('%s: a connector that is hard to please', (_kind, start) => {
  const desk = useDesk(start);
  const { newKey, panel, through, lastSeenOf, check, connector, blockers } = desk;

  describe('letters', () => {
    it('are refused the second time, and the panel is written once', async () => {
      const next = await newKey();
      const twice = through(async (message, signal) => {
        await desk.http.send(message, signal);
        return desk.http.send(message, signal);
      });
      const error = await refusal(
        panel({ http: twice }).apply(target, next, { token: 't' }, never),
        'UNEXPECTED_RESPONSE',
      );
      expect(error.context).toMatchObject({ refusal: 'replayed' });
      const { writes } = await desk.world.simulator.control.counters();
      expect(Object.values(writes)).toEqual([1]);
    });

    it('are refused when somebody changed them on their way', async () => {
      const before = await desk.world.stored();
      const changing = through((message, signal) => desk.http.send(altered(message), signal));
      await refusal(
        panel({ http: changing }).apply(target, await newKey(), { token: 't' }, never),
        'PERMISSION_DENIED',
      );
      expect(await desk.world.stored()).toEqual(before);
    });

    it('show the new key to nobody on the way, in no spelling', async () => {
      const next = await newKey();
      const sent: string[] = [];
      const recording = through((message, signal) => {
        sent.push(message.url.href, JSON.stringify(message.headers), ...decodings(message.body ?? ''));
        return desk.http.send(message, signal);
      });
      await panel({ http: recording }).apply(target, next, { token: 't' }, never);
      const wire = sent.join('\n');
      expect(wire).toContain('"operation":"apply"');
      for (const needle of needlesOf([next.apiKey.reveal()])) expect(wire).not.toContain(needle.bytes.toString('utf8'));
      expect((await desk.world.stored()).password).toBe(next.apiKey.reveal());
    });
  });

  describe('clocks and versions', () => {
    it.each([
      [600, 'ahead'],
      [-600, 'behind'],
    ] as const)('a clock %d s off is found before anything is written', async (clockOffsetSeconds, word) => {
      await connector({ clockOffsetSeconds });
      const [found, ...more] = await blockers();
      expect(more).toEqual([]);
      expect(found?.what).toContain(`10 min ${word}`);
      expect(found?.fix).toMatch(/NTP/);
      const before = await desk.world.stored();
      await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(await desk.world.stored()).toEqual(before);
    });

    it('a clock two minutes off is told, and does not stop anything', async () => {
      await connector({ clockOffsetSeconds: 130 });
      const found = await panel().preflight(target, never);
      expect(
        found
          .filter(({ level }) => level === 'warning')
          .map(({ what }) => what)
          .join(),
      ).toContain('2 min ahead');
      expect(await check()).toMatchObject({ verdict: 'valid' });
    });

    it('a connector of another version is told, of another protocol is a blocker', async () => {
      await connector({ version: '0.9.1' });
      const found = await panel().preflight(target, never);
      expect(found.find(({ level }) => level === 'warning')?.what).toContain('0.9.1');
      expect(await blockers()).toEqual([]);
      await connector({ protocol: 2 });
      expect((await blockers()).map(({ what }) => what).join()).toMatch(/protocol/);
    });

    it.each([
      [{ present: false }, /not installed/],
      [{ active: false }, /not active/],
      [{ moduleVersion: '1.18.12', libraryVersion: '2.1.22' }, /2\.1\.22|1\.18\.12/],
    ] as const)('a module that is %j is found before anything is written', async (change, text) => {
      await desk.world.simulator.control.reconfigure({ change });
      expect((await blockers()).map(({ what }) => what).join()).toMatch(text);
    });
  });

  describe('apply', () => {
    it('does not write over a key that somebody else changed, but does over its own', async () => {
      const lastSeen = await lastSeenOf(desk.live.apiKey.reveal());
      const next = await newKey();
      await desk.world.store({
        username: desk.live.resellerId,
        password: 'by-somebody-else',
        testMode: false,
        others: OTHERS,
      });
      await refusal(panel().apply(target, next, { token: 't', lastSeen }, never), 'SUPERSEDED');
      expect((await desk.world.stored()).password).toBe('by-somebody-else');
      const seen = { token: 't', lastSeen: await lastSeenOf('by-somebody-else') };
      await panel().apply(target, next, seen, never);
      await panel().apply(target, next, seen, never);
      expect(await desk.world.stored()).toMatchObject({ password: next.apiKey.reveal(), others: OTHERS });
    });

    it('does not save again what is stored already', async () => {
      await panel().apply(target, desk.live, { token: 't' }, never);
      expect((await desk.world.simulator.control.counters()).writes).toEqual({});
    });

    it('puts other settings back that the panel lost, or names them', async () => {
      await desk.world.simulator.control.reconfigure({ change: { update: 'replace-once' } });
      await panel().apply(target, await newKey(), { token: 't' }, never);
      expect((await desk.world.stored()).others).toEqual(OTHERS);
      await desk.world.simulator.control.reconfigure({ change: { update: 'replace' } });
      const error = await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(error.safeMessage).toMatch(/note.*tier/);
    });

    it('is not taken in by a save without effect', async () => {
      await desk.world.simulator.control.setFault({ mode: 'success-without-write' });
      const error = await refusal(panel().apply(target, await newKey(), { token: 't' }, never), 'PANEL_REFUSED');
      expect(error.context).toMatchObject({ refusal: 'not-saved' });
    });
  });

  describe('check', () => {
    it.each([
      [{ username: 'old-user', password: 'old-password' }, 'bad-credential'],
      [{ username: '', password: '' }, 'bad-credential'],
    ] as const)('asks nobody about %j', async (stored, reason) => {
      await desk.world.store({ ...stored, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason });
      expect(await desk.world.vendor.control.requests()).toEqual([]);
    });

    it('trims as the installed library does, and no more', async () => {
      const password = desk.live.apiKey.reveal();
      await desk.world.store({ username: ` ${desk.live.resellerId}\n`, password, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'valid' });
      await desk.world.simulator.control.reconfigure({ change: { moduleVersion: '2.0.5', libraryVersion: '3.0.5' } });
      expect(await check()).toMatchObject({ verdict: 'rejected' });
      await desk.world.simulator.control.reconfigure({ change: SOUND.panel });
      await desk.world.store({
        username: desk.live.resellerId,
        password: `${password}\u00A0`,
        testMode: false,
        others: {},
      });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
    });

    it('asks nobody about a key that cannot be sent', async () => {
      await desk.world.simulator.control.reconfigure({ change: { moduleVersion: '2.0.5', libraryVersion: '3.0.5' } });
      const password = `${desk.live.apiKey.reveal()}\n`;
      await desk.world.store({ username: desk.live.resellerId, password, testMode: false, others: {} });
      expect(await check()).toMatchObject({ verdict: 'rejected', reason: 'bad-credential' });
      expect(await desk.world.vendor.control.requests()).toEqual([]);
    });

    it('names the address that the call left from', async () => {
      await desk.world.vendor.control.setAllowList({ addresses: ['127.0.0.1'] });
      const verdict = await check();
      expect(verdict).toMatchObject({ verdict: 'rejected', reason: 'address-not-allowed' });
      expect(verdict.detail).toContain(desk.world.address);
    });
  });
});

/** The letter stays a letter, but asks for the other test mode. */
function altered(message: HttpRequest): HttpRequest {
  const body = (message.body ?? '').replace(/[\w-]{80,}/, (text) => {
    const letter = Buffer.from(text, 'base64url').toString('utf8');
    return Buffer.from(letter.replace('testMode\\":false', 'testMode\\":true'), 'utf8').toString('base64url');
  });
  expect(body).not.toBe(message.body);
  return { ...message, body };
}

/** A message's body, and what it holds once or twice decoded. */
function decodings(body: string): string[] {
  const letters = [...body.matchAll(/[\w-]{80,}/g)].map(([text]) => Buffer.from(text, 'base64url').toString('utf8'));
  return [body, ...letters, ...letters.map((letter) => JSON.stringify(JSON.parse(letter)))];
}
