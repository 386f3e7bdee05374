import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isSettled,
  isTerminal,
  nextState,
  nextStep,
  ROTATION_EVENTS,
  ROTATION_STATES,
  type RotationEvent,
  type RotationState,
} from '../../src/core/rotation/state.ts';
import { rotationCommands, startRotationModel } from '../support/rotation-model.ts';

const states = fc.constantFrom(...ROTATION_STATES);
const events = fc.constantFrom(...ROTATION_EVENTS);

/** Every state after the events, in order; events that do not fit are passed over, as a worker does that came late. */
function walk(from: RotationState, sequence: readonly RotationEvent[]): readonly RotationState[] {
  const seen = [from];
  for (const event of sequence) seen.push(nextState(seen.at(-1) ?? from, event) ?? seen.at(-1) ?? from);
  return seen;
}

/** All states that some sequence of events leads to. */
function reachable(from: RotationState, without: readonly RotationEvent[] = []): ReadonlySet<RotationState> {
  const found = new Set([from]);
  for (const state of found) {
    for (const event of ROTATION_EVENTS) {
      const next = without.includes(event) ? undefined : nextState(state, event);
      if (next) found.add(next);
    }
  }
  return found;
}

test('every state answers every event and asks for a step', () => {
  fc.assert(
    fc.property(states, events, (state, event) => {
      const next = nextState(state, event);
      expect(next === undefined || ROTATION_STATES.includes(next)).toBe(true);
      expect(['verify', 'promote', 'fan-out', 'finalize', 'none']).toContain(nextStep(state));
    }),
  );
});

test('the end stays the end, whatever comes', () => {
  fc.assert(
    fc.property(states.filter(isTerminal), fc.array(events), (state, sequence) => {
      expect(new Set(walk(state, sequence))).toEqual(new Set([state]));
    }),
  );
});

test('every state that is not the end has a way to proven', () => {
  for (const state of ROTATION_STATES) {
    expect([state, reachable(state).has('proven')]).toEqual([state, !isTerminal(state) || state === 'proven']);
  }
});

test('no sequence of events reaches the panels without the vendor having accepted the key', () => {
  const untouched: readonly RotationState[] = ['staged', 'discarded', 'stopped'];
  expect([...reachable('staged', ['key-verified'])].every((state) => untouched.includes(state))).toBe(true);
  const unpromoted = reachable('staged', ['key-promoted']);
  expect([...unpromoted].sort()).toEqual(['discarded', 'staged', 'stopped', 'verified']);
});

test('once the key was accepted it is never discarded, and once the fan-out began it is seen through', () => {
  expect(reachable('verified').has('discarded')).toBe(false);
  expect([...reachable('applying')].sort()).toEqual(['applying', 'failed', 'partial', 'proven']);
});

test('a rotation never goes back', () => {
  const rank = new Map(ROTATION_STATES.map((state, index) => [state, index]));
  fc.assert(
    fc.property(fc.array(events), (sequence) => {
      const settled = walk('staged', sequence).map(isSettled);
      expect(settled.lastIndexOf(false)).toBeLessThan(settled.includes(true) ? settled.indexOf(true) : Infinity);
      const begun = walk('staged', sequence).filter((state) => !isSettled(state));
      const ranks = begun.map((state) => rank.get(state) ?? -1);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }),
  );
});

test('a proven binding is never forgotten: partial does not fall back to failed', () => {
  fc.assert(
    fc.property(fc.array(events), (sequence) => {
      expect(walk('partial', sequence)).not.toContain('failed');
    }),
  );
});

test('in no order of events is a working credential lost before its successor is proven', () => {
  fc.assert(
    fc.property(fc.commands(rotationCommands, { maxCommands: 60 }), (commands) => {
      fc.modelRun(startRotationModel, commands);
    }),
    { numRuns: 500 },
  );
});
