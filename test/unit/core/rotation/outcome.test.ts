import { expect, test } from 'vitest';
import {
  type BindingOutcome,
  isDone,
  isProven,
  summarize,
  wroteBefore,
} from '../../../../src/core/rotation/outcome.ts';

const at = '2026-01-01T00:00:00.000Z';
const detail = 'said';
const PROVEN: BindingOutcome = { outcome: 'proven', method: 'balance', detail, at };
const WRITING: BindingOutcome = { outcome: 'writing', at };
const WRITTEN: BindingOutcome = { outcome: 'written', at };
const APPLIED: BindingOutcome = { outcome: 'applied', detail, at };
const BY_HAND: BindingOutcome = { outcome: 'by-hand', detail, at };
const RESTORED: BindingOutcome = { outcome: 'restored', detail, at };

function failed(wrote: 'no' | 'maybe' | 'yes'): BindingOutcome {
  return { outcome: 'failed', code: 'TIMEOUT', detail, retrying: true, wrote, at };
}

test('only proven is proven', () => {
  expect(isProven(PROVEN)).toBe(true);
  for (const other of [undefined, WRITING, WRITTEN, APPLIED, BY_HAND, RESTORED, failed('yes')])
    expect(isProven(other)).toBe(false);
});

test('a repeat of the chunk skips what is done and works what is not', () => {
  for (const done of [PROVEN, APPLIED, BY_HAND, RESTORED]) expect(isDone(done)).toBe(true);
  for (const open of [undefined, WRITING, WRITTEN, failed('no')]) expect(isDone(open)).toBe(false);
});

test('whether the key may have been written is known from the mark, and survives a failure', () => {
  expect(wroteBefore(undefined)).toBe('no');
  expect(wroteBefore(WRITING)).toBe('maybe');
  expect(wroteBefore(WRITTEN)).toBe('yes');
  for (const wrote of ['no', 'maybe', 'yes'] as const) expect(wroteBefore(failed(wrote))).toBe(wrote);
  for (const done of [PROVEN, APPLIED, BY_HAND, RESTORED]) expect(wroteBefore(done)).toBe('yes');
});

test('the sum of all outcomes', () => {
  expect(summarize([])).toBe('all-proven');
  expect(summarize([PROVEN, PROVEN])).toBe('all-proven');
  expect(summarize([PROVEN, undefined])).toBe('some-reached');
  expect(summarize([PROVEN, APPLIED, failed('no')])).toBe('some-reached');
  expect(summarize([BY_HAND, RESTORED, undefined])).toBe('some-reached');
  expect(summarize([APPLIED, failed('no')])).toBe('some-reached');
  expect(summarize([RESTORED, failed('no'), undefined])).toBe('none-reached');
});
