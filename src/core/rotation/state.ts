/*
 * The rotation as data: which state follows which event, and which step a state asks for. Everything a worker does between two
 * ledger writes is one step; a worker that died is replaced by one that reads the state and asks `nextStep` again.
 */

export const ROTATION_STATES = [
  'requested',
  'staged',
  'verified',
  'promoted',
  'applying',
  'partial',
  'failed',
  'proven',
  'discarded',
] as const;

/**
 * requested  opened; the key is not in the store yet
 * staged     the key is the store's pending version (its first durable copy)
 * verified   the vendor accepted the key from the worker's address
 * promoted   the key is the store's current version
 * applying   the fan-out to the panels is under way
 * partial    the fan-out ended and some bindings are not proven; they are still being retried
 * failed     the fan-out ended and no binding is proven; they are still being retried
 * proven     every binding is proven
 * discarded  the vendor refused the key; pending was taken back and nothing else was touched
 */
export type RotationState = (typeof ROTATION_STATES)[number];

export const ROTATION_EVENTS = [
  'key-staged',
  'key-verified',
  'key-rejected',
  'key-promoted',
  'fan-out-started',
  'all-proven',
  'some-proven',
  'none-proven',
] as const;

export type RotationEvent = (typeof ROTATION_EVENTS)[number];

export type RotationStep = 'stage' | 'verify' | 'promote' | 'fan-out' | 'finalize' | 'none';

const TRANSITIONS: Readonly<Record<RotationState, Partial<Readonly<Record<RotationEvent, RotationState>>>>> = {
  requested: { 'key-staged': 'staged' },
  staged: { 'key-verified': 'verified', 'key-rejected': 'discarded' },
  verified: { 'key-promoted': 'promoted' },
  promoted: { 'fan-out-started': 'applying' },
  applying: { 'all-proven': 'proven', 'some-proven': 'partial', 'none-proven': 'failed' },
  partial: { 'all-proven': 'proven', 'some-proven': 'partial', 'none-proven': 'partial' },
  failed: { 'all-proven': 'proven', 'some-proven': 'partial', 'none-proven': 'failed' },
  proven: {},
  discarded: {},
};

const STEPS: Readonly<Record<RotationState, RotationStep>> = {
  requested: 'stage',
  staged: 'verify',
  verified: 'promote',
  promoted: 'fan-out',
  applying: 'finalize',
  partial: 'finalize',
  failed: 'finalize',
  proven: 'none',
  discarded: 'none',
};

/** The state after an event; undefined when the event cannot happen in this state (the caller looked at an old state). */
export function nextState(state: RotationState, event: RotationEvent): RotationState | undefined {
  return TRANSITIONS[state][event];
}

/** What has to be done next. `finalize` may be done again and again until the rotation is proven. */
export function nextStep(state: RotationState): RotationStep {
  return STEPS[state];
}

/** Nothing more will change: proven, or the key was refused before anything was touched. */
export function isTerminal(state: RotationState): boolean {
  return STEPS[state] === 'none';
}

/** A result can be told: the fan-out has ended, even if stragglers are still being retried. */
export function isSettled(state: RotationState): boolean {
  return isTerminal(state) || state === 'partial' || state === 'failed';
}
