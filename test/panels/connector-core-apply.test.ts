import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seal } from '../../providers/shared/connector/seal.ts';
import { fieldFacts } from '../../src/core/field-facts.ts';
import {
  type Answered,
  applyBody,
  base64Of,
  type Core,
  codeOf,
  type Home,
  type HostState,
  hostState,
  NOW,
  RESELLER,
  startCore,
} from '../support/connector-core.ts';

const OLD = 'k0-apply-old-5e1c0b77';
const NEW = { username: RESELLER, password: 'k0-apply-new-8d44f1c2' };
let core: Core;
let home: Home;

beforeAll(async () => {
  core = await startCore();
  home = await core.home();
});
afterAll(async () => {
  const noise = await core.noise();
  expect(noise).toBe('');
  await core.stop();
});

type Changes = Partial<HostState>;

/** One apply of NEW to a panel that holds OLD. */
async function apply(changes: Changes, rest: Readonly<Record<string, unknown>> = {}): Promise<Answered> {
  await core.host({ ...hostState(OLD), ...changes });
  return core.send(home, 'apply', await applyBody(home, NEW, rest), later());
}

/** The rate limit is not what is looked at here, so every letter comes in a minute of its own. */
let minute = 0;
function later(): { time: number } {
  minute += 1;
  return { time: NOW + minute * 60 };
}

function expectHeld({ stored }: Answered, password: string, testMode: boolean | null = false): void {
  expect(stored).toMatchObject({ username: base64Of(RESELLER), password: base64Of(password), testMode });
}

const others = hostState(OLD).stored.others;

test('a sealed credential is opened and saved, and every other setting stays', async () => {
  const answered = await apply({}, { testMode: true });
  expect(answered.reply).toEqual({ ok: true, signed: true, body: { changed: true } });
  expectHeld(answered, NEW.password, true);
  expect(answered.stored.others).toEqual(others);
  expect(answered.writes).toBe(1);
});

test('what is there already is not saved again, and a superseded letter does not matter then', async () => {
  await core.host(hostState(NEW.password));
  const body = await applyBody(home, NEW, { lastSeen: home.pairing.fingerprint(OLD) });
  const answered = await core.send(home, 'apply', body, later());
  expect(answered.reply.body).toEqual({ changed: false });
  expect(answered.writes).toBe(0);
});

test.each([
  ['password', { password: ` ${NEW.password}` }],
  ['username', { username: RESELLER.toUpperCase() }],
])('one byte of difference in the %s is a difference', async (_name, difference) => {
  const held = { ...NEW, ...difference };
  await core.host(hostState(held.password, held.username));
  const answered = await core.send(home, 'apply', await applyBody(home, NEW), later());
  expect(answered.reply.body).toEqual({ changed: true });
  expectHeld(answered, NEW.password);
});

test('the test switch alone is a difference', async () => {
  await core.host(hostState(NEW.password));
  const answered = await core.send(home, 'apply', await applyBody(home, NEW, { testMode: true }), later());
  expect(answered.reply.body).toEqual({ changed: true });
  expectHeld(answered, NEW.password, true);
});

describe('compare and set', () => {
  test('the fingerprint that was observed lets the change through', async () => {
    await core.host(hostState(OLD));
    const seen = await core.send(home, 'observe', {}, later());
    const facts = fieldFacts(home.pairing.fingerprint, OLD);
    expect(seen.reply.body).toMatchObject({ password: { ...facts }, testMode: false });
    expect(codeOf(await apply({}, { lastSeen: facts.raw }))).toBe('ok');
  });

  test('any other fingerprint does not', async () => {
    const answered = await apply({}, { lastSeen: home.pairing.fingerprint('k0-apply-other-00') });
    expect(codeOf(answered)).toBe('superseded');
    expect(answered.reply.signed).toBe(true);
    expectHeld(answered, OLD);
  });

  test('of two applies at once on the same last seen key, one wins and one is superseded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyturn-apply-'));
    const second = await startCore();
    try {
      for (let round = 0; round < 5; round++) {
        const file = join(folder, `panel-${round}.json`);
        await writeFile(file, JSON.stringify(hostState(OLD).stored));
        const cores = [core, second];
        const lastSeen = home.pairing.fingerprint(OLD);
        const time = later();
        const answers = await Promise.all(
          cores.map(async (one, index) => {
            await one.host({ ...hostState(OLD), file });
            const credential = { username: RESELLER, password: `${NEW.password}-${index}` };
            return one.send(home, 'apply', await applyBody(home, credential, { lastSeen }), time);
          }),
        );
        expect(answers.map(codeOf).toSorted()).toEqual(['ok', 'superseded']);
        const winner = answers.findIndex((answer) => answer.reply.ok);
        expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
          password: base64Of(`${NEW.password}-${winner}`),
        });
      }
    } finally {
      await second.stop();
      await rm(folder, { recursive: true });
    }
  });

  test('an apply that cannot get the lock says when to come back', async () => {
    const holder = await startCore();
    try {
      const file = join(home.folder, 'state/lock');
      expect(await holder.ask({ do: 'hold', file })).toEqual({ held: true });
      await core.host(hostState(OLD));
      const surroundings = { lockWaitMs: 50 };
      const waited = await core.send(home, 'apply', await applyBody(home, NEW), { ...later(), surroundings });
      expect(waited.reply.body).toMatchObject({ code: 'rate-limited', retryAfter: 5 });
      expect(waited.writes).toBe(0);
      const inTime = core.send(home, 'apply', await applyBody(home, NEW), later());
      await holder.ask({ do: 'release' });
      expect(codeOf(await inTime)).toBe('ok');
    } finally {
      await holder.stop();
    }
  });
});

describe('a panel that does not do as it is told', () => {
  test.each<[string, string, readonly string[]]>([
    ['ignores the save', 'ignored', ['username', 'password']],
    ['alters the password', 'alters-password', ['password']],
    ['alters the username', 'alters-username', ['username']],
  ])('and %s: not saved', async (_name, fault, fields) => {
    const stored = { ...hostState(OLD).stored, username: base64Of('old-user') };
    const answered = await apply({ faults: { write: fault }, stored });
    expect(answered.reply.body).toMatchObject({ code: 'not-saved', fields, others: [] });
    expect(answered.reply.signed).toBe(true);
    expect(answered.writes).toBe(1);
  });

  test('and resets the test switch: not saved', async () => {
    const answered = await apply({ faults: { write: 'resets-test-mode' } }, { testMode: true });
    expect(answered.reply.body).toMatchObject({ code: 'not-saved', fields: ['testMode'], others: [] });
  });

  test('and loses other settings once: they are put back', async () => {
    const answered = await apply({ faults: { write: 'loses-others-once' } });
    expect(answered.reply.body).toEqual({ changed: true });
    expect(answered.stored.others).toEqual(others);
    expect(answered.writes).toBe(2);
  });

  test('and loses them every time: they are named, the credential is in place', async () => {
    const answered = await apply({ faults: { write: 'loses-others' } });
    expect(answered.reply.body).toMatchObject({ code: 'not-saved', fields: [], others: ['currency'] });
    expect(answered.writes).toBe(2);
    expectHeld(answered, NEW.password);
  });

  test('and refuses to save a second time: that the first save is in place is not hidden behind the refusal', async () => {
    const answered = await apply({ faults: { write: 'saves-once' } });
    expect(answered.reply.body).toMatchObject({ code: 'not-saved', fields: [], others: ['currency'] });
    expect(answered.writes).toBe(2);
    expectHeld(answered, NEW.password);
  });

  test('and cannot be read after the save: no refusal that sounds as if nothing had been saved', async () => {
    const answered = await apply({ faults: { read: 'gone-after-save' } });
    expect(answered.reply).toMatchObject({ ok: false, signed: true, body: { code: 'panel-error' } });
    expectHeld(answered, NEW.password);
  });

  test('and adds a setting of its own: that is no loss', async () => {
    expect((await apply({ faults: { write: 'adds' } })).reply.body).toEqual({ changed: true });
  });

  test('and has no function to save: by hand, with its instructions', async () => {
    const answered = await apply({ faults: { write: 'refuses' } });
    expect(answered.reply.body).toMatchObject({ code: 'by-hand', instructions: 'Open the page.' });
    expectHeld(answered, OLD);
    const known = await apply({ canWrite: false });
    expect(codeOf(known)).toBe('by-hand');
    expect(known.writes).toBe(0);
  });

  test('and always asks the live system: a test credential is refused before anything is written', async () => {
    const stored = { ...hostState(OLD).stored, testMode: null };
    const answered = await apply({ stored }, { testMode: true });
    expect(answered.reply.body).toMatchObject({ code: 'not-saved', fields: ['testMode'] });
    expect(answered.writes).toBe(0);
    expect((await apply({ stored })).reply.body).toEqual({ changed: true });
  });

  test.each<[string, 'module' | 'read' | 'write', string]>([
    ['throws while it reads', 'read', 'throws'],
    ['throws while it saves', 'write', 'throws'],
    ['throws after it saved', 'write', 'throws-after'],
    ['has a type error', 'read', 'type-error'],
    ['throws when asked for its module', 'module', 'throws'],
  ])('and %s: a panel error without a word of it', async (_name, where, fault) => {
    const answered = await apply({ faults: { [where]: fault } });
    expect(answered.reply).toEqual({
      ok: false,
      signed: true,
      body: { code: 'panel-error', message: 'A function of the panel failed.' },
    });
    expectNothingOut(answered);
  });

  test.each<[string, HostState['faults']]>([
    ['warns', { write: 'warns', read: 'warns' }],
    ['prints', { write: 'prints', read: 'prints' }],
    ['prints and flushes', { write: 'flushes' }],
    ['ends every output buffer', { write: 'ends-buffers', read: 'ends-buffers' }],
  ])('and %s: nothing of it comes out', async (_name, faults = {}) => {
    const answered = await apply({ faults });
    expect(answered.reply.body).toEqual({ changed: true });
    expectNothingOut(answered);
    expect(await core.noise()).toBe('');
  });
});

function expectNothingOut({ text, printed }: Answered): void {
  expect(printed).toBe('');
  const out = Buffer.from(text, 'base64url').toString('utf8');
  for (const secret of [OLD, NEW.password, ...home.secrets]) expect(out).not.toContain(secret);
}

describe('the sealed part', () => {
  test('of another connector cannot be opened', async () => {
    const elsewhere = await core.home();
    const body = await applyBody(elsewhere, NEW);
    const answered = await core.send(home, 'apply', body, later());
    expect(codeOf(answered)).toBe('cannot-open');
    expect(answered.reply.signed).toBe(true);
  });

  test.each<[string, string]>([
    ['is no JSON', 'username=x'],
    ['lacks the password', '{"username":"x"}'],
    ['has a number as password', '{"username":"x","password":5}'],
    ['is empty', ''],
  ])('%s', async (_name, plain) => {
    const sealed = await seal(Buffer.from(plain, 'utf8'), home.pairing.publicKey);
    const body = { sealed, testMode: false, lastSeen: null };
    expect(codeOf(await core.send(home, 'apply', body, later()))).toBe('cannot-open');
  });

  test.each(['', 'AAAA', '%%%'])('"%s" is nothing that can be opened', async (sealed) => {
    const body = { sealed, testMode: false, lastSeen: null };
    expect(codeOf(await core.send(home, 'apply', body, later()))).toBe('cannot-open');
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['no test mode', { testMode: null }],
    ['the test mode as a text', { testMode: 'false' }],
    ['a last seen that is a number', { lastSeen: 0 }],
    ['a sealed part that is a list', { sealed: [] }],
  ])('beside it %s: malformed', async (_name, rest) => {
    const answered = await apply({}, rest);
    expect(codeOf(answered)).toBe('malformed');
    expect(answered.writes).toBe(0);
  });

  test('without the sodium extension: said by apply and by describe, and nothing is written', async () => {
    await core.host(hostState(OLD));
    const surroundings = { sodium: false };
    const answered = await core.send(home, 'apply', await applyBody(home, NEW), { ...later(), surroundings });
    expect(codeOf(answered)).toBe('sodium-missing');
    expectHeld(answered, OLD);
    const challenge = await seal(new Uint8Array(32), home.pairing.publicKey);
    expect(codeOf(await core.send(home, 'describe', { challenge }, { ...later(), surroundings }))).toBe(
      'sodium-missing',
    );
    expect(codeOf(await core.send(home, 'observe', {}, { ...later(), surroundings }))).toBe('ok');
  });
});
