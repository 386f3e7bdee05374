import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { OPERATIONS, writeLetter } from '../../providers/shared/connector/letter.ts';
import { anyText } from '../support/arbitrary-text.ts';
import {
  type Answered,
  base64Of,
  type Core,
  codeOf,
  envelope,
  freshNonce,
  type Home,
  hostState,
  NOW,
  PATH,
  postEnvelope,
  SERVER,
  startCore,
} from '../support/connector-core.ts';

const PASSWORD = 'k0-fuzz-6c0d5b2e91';
/** What may be said to somebody who has not proven who they are. */
const TO_STRANGERS = new Set(['malformed', 'unsupported-version', 'not-paired', 'bad-signature']);
const TO_THE_WORKER = new Set([
  ...['ok', 'malformed', 'cannot-open', 'place-unknown', 'panel-error', 'by-hand', 'unknown-operation', 'clock-skew'],
  ...['module-missing', 'module-inactive'],
]);
let core: Core;
let home: Home;

beforeAll(async () => {
  core = await startCore();
  home = await core.home({ vendor: { live: 'http://127.0.0.1:9', test: 'http://127.0.0.1:9' } });
});
beforeEach(async () => {
  await core.host(hostState(PASSWORD));
});
afterEach(async () => {
  expect(await core.noise()).toBe('');
});
afterAll(async () => {
  await core.stop();
});

/** Every letter comes in a minute of its own, so that the rate limit does not answer in place of what is looked at. */
let minute = 0;
function later(): { time: number } {
  minute += 1;
  return { time: NOW + minute * 60 };
}

function expectSafe(answered: Answered): void {
  const { printed, text, writes } = answered;
  expect({ printed, writes }).toEqual({ printed: '', writes: 0 });
  const out = Buffer.from(text, 'base64url').toString('utf8');
  for (const secret of [PASSWORD, base64Of(PASSWORD), ...home.secrets]) expect(out).not.toContain(secret);
}

function expectStranger(answered: Answered): void {
  expectSafe(answered);
  expect(TO_STRANGERS).toContain(codeOf(answered));
  expect(answered.reply.signed).toBe(false);
}

const json = fc.jsonValue({ maxDepth: 4 });
const partNames = ['v', 'connector', 'operation', 'time', 'nonce', 'body', 'signature'];

test('any text as a letter', async () => {
  const encoded = fc.oneof(
    anyText,
    fc.json(),
    json.map((value) => JSON.stringify({ v: 1, ...Object(value) })),
  );
  const letter = fc.oneof(
    anyText,
    encoded.map((text) => Buffer.from(text, 'utf8').toString('base64url')),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  );
  const property = fc.asyncProperty(letter, async (text) => expectStranger(await core.post(home, text, '', later())));
  await fc.assert(property, { numRuns: 2_000 });
});

test('a right letter with one part replaced, removed or added', async () => {
  const likely = fc.oneof(json, fc.stringMatching(/^[0-9a-f]{1,70}$/), anyText, fc.integer(), fc.double());
  const change = fc.record({
    name: fc.oneof(fc.constantFrom(...partNames), anyText),
    value: fc.option(likely, { nil: undefined }),
  });
  const property = fc.asyncProperty(fc.constantFrom(...OPERATIONS), change, async (operation, { name, value }) => {
    const at = later();
    const parts = envelope(home, operation, at.time);
    fc.pre(JSON.stringify(parts[name]) !== JSON.stringify(value));
    expectStranger(await postEnvelope(core, home, { ...parts, [name]: value }, at));
  });
  await fc.assert(property, { numRuns: 2_000 });
});

test('a right letter with one character of its text changed, or cut off anywhere', async () => {
  const where = fc.double({ min: 0, max: 0.999_999, noNaN: true });
  const character = fc.stringMatching(/^[A-Za-z0-9_-]$/);
  const property = fc.asyncProperty(where, fc.option(character, { nil: undefined }), async (share, instead) => {
    const at = later();
    const nonce = freshNonce();
    const letter = writeLetter(home.pairing, { operation: 'observe', path: PATH, time: at.time, nonce, body: '{}' });
    const index = Math.floor(share * letter.length);
    const changed = letter.slice(0, index) + (instead === undefined ? '' : instead + letter.slice(index + 1));
    // The last characters of base64 have bits that mean nothing.
    fc.pre(!Buffer.from(changed, 'base64url').equals(Buffer.from(letter, 'base64url')));
    expectStranger(await core.post(home, changed, nonce, at));
  });
  await fc.assert(property, { numRuns: 2_000 });
});

test('a signed letter with any body, for a panel that stores and does anything', async () => {
  const value = fc.oneof(json, fc.constantFrom(true, false, null, '', 'AAAA', base64Of('x'), 0));
  const names = fc.constantFrom('place', 'sealed', 'testMode', 'lastSeen', 'challenge', 'more');
  const body = fc.oneof(
    json,
    fc.dictionary(names, value, { maxKeys: 6 }),
    fc.dictionary(anyText, value, { maxKeys: 3 }),
  );
  const fault = fc.constantFrom('', '', 'throws', 'warns', 'prints', 'type-error', 'refuses');
  const panel = fc.record({
    username: fc.oneof(anyText, fc.uuid()),
    around: fc.tuple(anyText, anyText),
    others: fc.dictionary(fc.string(), json, { maxKeys: 4 }),
    testMode: fc.option(fc.boolean()),
    faults: fc.record({ module: fault, read: fault }),
    active: fc.option(fc.boolean()),
  });
  const property = fc.asyncProperty(fc.constantFrom(...OPERATIONS), body, panel, async (operation, letter, told) => {
    const { username, around, others, testMode, faults, active } = told;
    const state = hostState(PASSWORD, username);
    const stored = { ...state.stored, others, testMode, password: base64Of(around.join(PASSWORD)) };
    await core.host({ ...state, stored, faults, module: { ...state.module, active } });
    const answered = await core.send(home, operation, letter, later());
    expectSafe(answered);
    expect(TO_THE_WORKER).toContain(codeOf(answered));
    expect(answered.reply.signed).toBe(true);
    const isPanelsFault = Object.values(faults).some((fault) => ['throws', 'type-error'].includes(fault));
    // The core turns a mistake of its own into the same code.
    if (!isPanelsFault) expect(codeOf(answered)).not.toBe('panel-error');
  });
  await fc.assert(property, { numRuns: 2_000 });
});

test('whatever the web server says of the request', async () => {
  const names = [...Object.keys(SERVER), 'HTTP_X_FORWARDED_FOR', 'HTTP_X_FORWARDED_PROTO', 'SERVER_PORT'];
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('127.0.0.1', '::1', '10.0.0.1', '::ffff:10.0.0.1'),
    anyText,
  );
  const said = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(address, anyText, fc.constantFrom('on', 'https', '443', 'POST', PATH)),
  );
  const codes = new Set([...TO_THE_WORKER, ...TO_STRANGERS, 'https-required']);
  const property = fc.asyncProperty(said, async (server) => {
    const wellFormed = Object.fromEntries(Object.entries(server).map(([name, text]) => [name, text.toWellFormed()]));
    const answered = await core.send(home, 'observe', {}, { ...later(), server: wellFormed });
    expectSafe(answered);
    expect(codes).toContain(codeOf(answered));
  });
  await fc.assert(property, { numRuns: 2_000 });
});
