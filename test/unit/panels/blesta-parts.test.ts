import { describe, expect, it } from 'vitest';
import { isConnectionRefused, refusedFields, statusError } from '../../../providers/panels/blesta/errors.ts';
import { encodeForm } from '../../../providers/panels/blesta/form.ts';
import { isKeyReadable, isTestMode } from '../../../providers/panels/blesta/row.ts';
import { booleanSchema, envelopeSchema, modulesSchema, rowsSchema } from '../../../providers/panels/blesta/schema.ts';
import { redact } from '../../../src/core/redact.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

function rowOf(meta: unknown) {
  const [row] = rowsSchema.parse([{ id: 3, meta }]);
  if (!row) throw new Error('no row');
  return row;
}

describe("Blesta's answers", () => {
  it('reads a row with its other values, and keeps the bytes as they are', () => {
    const row = rowOf({ user: ' u ', key: '\u200Bk\n', sandbox: 'false', extra: { a: ['1'] } });
    expect(row).toMatchObject({ id: '3', user: ' u ', sandbox: 'false', others: { extra: { a: ['1'] } } });
    expect(row.key.reveal()).toBe('\u200Bk\n');
    expect(JSON.stringify(row)).not.toContain('\u200Bk');
  });

  it.each([[[]], [{}], [{ user: null, key: null, sandbox: null }]])('takes the meta %j for empty fields', (meta) => {
    const row = rowOf(meta);
    expect([row.user, row.key.reveal(), row.sandbox]).toEqual(['', '', '']);
    expect(isTestMode(row)).toBe(false);
  });

  it.each([[[]], [false], [null]])('takes %j for no module and no row', (value) => {
    expect(modulesSchema.parse(value)).toEqual([]);
    expect(rowsSchema.parse(value)).toEqual([]);
  });

  it('takes a list with gaps in its numbering, which PHP writes as a record', () => {
    const row = { id: 3, meta: { user: 'u', key: 'k', sandbox: true } };
    expect(rowsSchema.parse({ 1: row, 4: { ...row, id: 5 } }).map(({ id }) => id)).toEqual(['3', '5']);
    expect(modulesSchema.parse({ 1: { id: 12 } })).toEqual([{ id: '12' }]);
    expect(rowsSchema.safeParse({ row }).success).toBe(false);
  });

  it('more rows or a longer key than any panel has leave the redactor what it knows', () => {
    const ours = new SecretValue('the-key-of-our-own-3Bn6Hy5Jd0');
    const flood = Array.from({ length: 25_000 }, (_, id) => ({ id, meta: { user: 'u', key: `flood-${id}-key` } }));
    expect(rowsSchema.safeParse(flood).success).toBe(false);
    expect(rowsSchema.safeParse(Object.fromEntries(flood.entries())).success).toBe(false);
    for (let id = 0; id < 40; id += 1) {
      const row = { id, meta: { user: 'u', key: `${id}`.padEnd(1_000_000, 'x') } };
      expect(rowsSchema.safeParse([row]).success).toBe(false);
    }
    expect(redact(`it is ${ours.reveal()}`)).toBe('it is [redacted]');
  });

  it.each([
    [true, 'true'],
    [false, ''],
  ])('takes a test switch that is %s', (sandbox, stored) => {
    const row = rowOf({ user: 'u', key: 'k', sandbox });
    expect([row.sandbox, isTestMode(row)]).toEqual([stored, sandbox]);
  });

  it('finds errors one level down, where older documentation shows them', () => {
    const errors = { key: { valid_connection: 'no' } };
    const found = refusedFields(envelopeSchema.parse({ model: { message: 'bad', errors } }).errors);
    expect(found && isConnectionRefused(found)).toBe(true);
    expect(envelopeSchema.parse({ response: '3', model: 'x' })).toEqual({ response: '3', errors: undefined });
  });

  it('leaves out a version that is none', () => {
    expect(modulesSchema.parse([{ id: 12, version: 'words of the panel' }])).toEqual([{ id: '12' }]);
    expect(modulesSchema.parse([{ id: 12, version: '2.0.10' }])).toEqual([{ id: '12', version: '2.0.10' }]);
  });

  it.each([
    [true, true],
    [false, false],
    ['1', true],
    ['', false],
    [0, false],
  ])('reads the boolean %j', (value, expected) => {
    expect(booleanSchema.parse(value)).toBe(expected);
  });

  it.each([null, 'yes', {}, undefined])('does not guess a boolean from %j', (value) => {
    expect(booleanSchema.safeParse(value).success).toBe(false);
  });

  it('says nothing about a key that came back masked or encrypted', () => {
    const encrypted = Buffer.alloc(40, 7).toString('base64');
    expect(isKeyReadable(rowOf({ key: '********' }))).toBe(false);
    expect(isKeyReadable(rowOf({ key: encrypted }))).toBe(false);
    expect(isKeyReadable(rowOf({ key: 'simkey-0123456789abcdef' }))).toBe(true);
    expect(isKeyReadable(rowOf({ key: '0123456789abcdef'.repeat(4) }))).toBe(true);
    expect(isKeyReadable(rowOf({ key: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl' }))).toBe(true);
    expect(isKeyReadable(rowOf({ key: '' }))).toBe(true);
  });

  it('finds errors in an answer of any status', () => {
    const errors = { key: { valid_connection: 'The user and password combination appear to be invalid' } };
    const parsed = envelopeSchema.parse({ response: null, errors });
    expect(refusedFields(parsed.errors)).toEqual(errors);
    expect(isConnectionRefused(errors)).toBe(true);
    expect(isConnectionRefused({ user: { empty: 'x' } })).toBe(false);
    expect(refusedFields(envelopeSchema.parse({ message: 'x', errors }).errors)).toEqual(errors);
    expect(refusedFields(envelopeSchema.parse({ response: '3', errors: [] }).errors)).toBeUndefined();
    expect(refusedFields(envelopeSchema.parse({ response: '3' }).errors)).toBeUndefined();
  });

  it.each([
    [401, 'PERMISSION_DENIED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'CAPABILITY_MISSING'],
    [429, 'RATE_LIMITED'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
    [400, undefined],
    [200, undefined],
  ])('status %i of the API is %s', (status, code) => {
    const error = statusError({ where: 'Blesta', method: 'm' }, { status, headers: {}, text: '{}' }, true, 0);
    expect(error?.code).toBe(code);
  });
});

describe("Blesta's form encoding", () => {
  it('writes nested values the way PHP reads them', () => {
    const text = encodeForm({
      module_row_id: '3',
      vars: { user: 'a&b', list: ['x', 'y'], none: null, yes: true, no: false },
    });
    expect([...new URLSearchParams(text)]).toEqual([
      ['module_row_id', '3'],
      ['vars[user]', 'a&b'],
      ['vars[list][0]', 'x'],
      ['vars[list][1]', 'y'],
      ['vars[none]', ''],
      ['vars[yes]', '1'],
      ['vars[no]', ''],
    ]);
  });
});
