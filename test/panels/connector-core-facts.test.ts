import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fieldFacts } from '../../src/core/field-facts.ts';
import { fingerprinterFrom } from '../../src/core/fingerprint.ts';
import { anyText, strayCharacter } from '../support/arbitrary-text.ts';
import { type Core, startCore } from '../support/connector-core.ts';

const KEY = randomBytes(32);
const fingerprint = fingerprinterFrom(KEY);
const answer = z.object({ facts: z.array(z.record(z.string(), z.unknown())) });
let core: Core;

beforeAll(async () => {
  core = await startCore();
});
afterAll(async () => {
  expect(await core.noise()).toBe('');
  await core.stop();
});

async function factsOf(texts: readonly Uint8Array[]): Promise<Record<string, unknown>[]> {
  const encoded = texts.map((text) => Buffer.from(text).toString('base64'));
  return answer.parse(await core.ask({ do: 'facts', key: KEY.toString('base64'), texts: encoded })).facts;
}

/** What the worker decides about the same bytes. Bytes that are no UTF-8 have the fingerprint of themselves. */
async function expectParity(texts: readonly Buffer[]): Promise<void> {
  const found = await factsOf(texts);
  texts.forEach((bytes, index) => {
    const text = bytes.toString('utf8');
    const { raw, ...facts } = fieldFacts(fingerprint, text);
    const isUtf8 = Buffer.from(text, 'utf8').equals(bytes);
    expect(found[index], JSON.stringify(text)).toMatchObject(isUtf8 ? { raw, ...facts } : facts);
  });
}

const uuidLike = fc.uuid().map((uuid) => (uuid.charCodeAt(0) % 2 === 0 ? uuid.toUpperCase() : uuid));
const known = fc.constantFrom(
  'owner',
  'OWNERname',
  'user.domainnameapi',
  '********',
  '•●*',
  'a@b.c',
  'a@b',
  '@b.c',
  '',
);
const astral = fc.string({ unit: 'binary', maxLength: 20 });
const part = fc.oneof(anyText, uuidLike, known, strayCharacter, astral, fc.emailAddress());
const text = fc.array(part, { maxLength: 4 }).map((parts) => Buffer.from(parts.join(''), 'utf8'));

test('the facts are those of the worker, for any text', async () => {
  const texts = fc.array(text, { minLength: 40, maxLength: 40 });
  await fc.assert(fc.asyncProperty(texts, expectParity), { numRuns: 100 });
});

test('bytes that are no UTF-8 are decoded as the worker would', async () => {
  const lead = fc.constantFrom(
    0xc0,
    0xc2,
    0xe0,
    0xe2,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
    0x80,
    0xbf,
    0xa0,
    0x9f,
    0x90,
    0x8f,
  );
  const bytes = fc
    .array(fc.oneof(lead, fc.integer({ min: 0, max: 255 })), { maxLength: 40 })
    .map((all) => Buffer.from(all));
  const texts = fc.array(bytes, { minLength: 40, maxLength: 40 });
  await fc.assert(fc.asyncProperty(texts, expectParity), { numRuns: 100 });
});

test('every code point there is counts as the worker counts it', async () => {
  const points = Array.from({ length: 0x11_0000 }, (_, point) => point).filter((p) => p < 0xd800 || p > 0xdfff);
  const blocks = Array.from({ length: points.length / 64 }, (_, at) => points.slice(at * 64, at * 64 + 64));
  // Spaces, which matter at a text's ends, are looked at one by one; they all lie here.
  const alone = points
    .filter((point) => point < 0x3100 || (point >= 0xfe00 && point <= 0xffff))
    .map((point) => [point]);
  for (let at = 0; at < alone.length + blocks.length; at += 4096) {
    const some = [...alone, ...blocks].slice(at, at + 4096);
    await expectParity(some.map((block) => Buffer.from(String.fromCodePoint(...block), 'utf8')));
  }
});
