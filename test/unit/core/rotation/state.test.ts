import { expect, test } from 'vitest';
import {
  isSettled,
  isTerminal,
  nextState,
  nextStep,
  ROTATION_STATES,
  type RotationEvent,
  type RotationState,
} from '../../../../src/core/rotation/state.ts';

/** The states that the events lead to, one after another, from a staged key. */
function path(...events: RotationEvent[]): (RotationState | undefined)[] {
  let state: RotationState | undefined = 'staged';
  return events.map((event) => (state = state && nextState(state, event)));
}

test('the way of a rotation that succeeds at once', () => {
  expect(path('key-verified', 'key-promoted', 'fan-out-started', 'all-proven')).toEqual([
    'verified',
    'promoted',
    'applying',
    'proven',
  ]);
});

test('the way of one whose stragglers are proven later', () => {
  expect(path('key-verified', 'key-promoted', 'fan-out-started', 'none-reached', 'some-reached', 'all-proven')).toEqual(
    ['verified', 'promoted', 'applying', 'failed', 'partial', 'proven'],
  );
});

test('a refused key is discarded; a store that changed stops a rotation until panels are touched', () => {
  expect(path('key-rejected')).toEqual(['discarded']);
  expect(path('store-changed')).toEqual(['stopped']);
  expect(path('key-verified', 'store-changed').at(-1)).toBe('stopped');
  expect(path('key-verified', 'key-promoted', 'store-changed').at(-1)).toBe('stopped');
  expect(path('key-verified', 'key-promoted', 'fan-out-started', 'store-changed').at(-1)).toBeUndefined();
});

test('an event of another state is refused', () => {
  expect(nextState('staged', 'key-promoted')).toBeUndefined();
  expect(nextState('verified', 'key-rejected')).toBeUndefined();
  expect(nextState('applying', 'key-verified')).toBeUndefined();
  expect(nextState('proven', 'none-reached')).toBeUndefined();
});

test('each state asks for its step', () => {
  expect(ROTATION_STATES.map((state) => [state, nextStep(state)])).toEqual([
    ['staged', 'verify'],
    ['verified', 'promote'],
    ['promoted', 'fan-out'],
    ['applying', 'finalize'],
    ['partial', 'finalize'],
    ['failed', 'finalize'],
    ['proven', 'none'],
    ['discarded', 'none'],
    ['stopped', 'none'],
  ]);
});

test('which states can be told, and which are the end', () => {
  expect(ROTATION_STATES.filter(isTerminal)).toEqual(['proven', 'discarded', 'stopped']);
  expect(ROTATION_STATES.filter(isSettled)).toEqual(['partial', 'failed', 'proven', 'discarded', 'stopped']);
});
