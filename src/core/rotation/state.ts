/*
 * The rotation as data: which state follows which event, and which step a state asks for. Everything a worker does between two
 * ledger writes is one step; a worker that died is replaced by one that reads the state and asks `nextStep` again.
 */

export const ROTATION_STATES = [
  'staged',
  'verified',
  'promoted',
  'applying',
  'partial',
  'failed',
  'proven',
  'discarded',
  'stopped',
] as const;

/**
 * staged     the key is the store's pending version (its first durable copy)
 * verified   the vendor accepted the key from the worker's address
 * promoted   the key is the store's current version
 * applying   the fan-out to the panels is under way
 * partial    the fan-out ended and some bindings are not proven; they are still being retried
 * failed     the fan-out ended and no panel is known to have the key; they are still being retried
 * proven     every binding is proven
 * discarded  the vendor refused the key; pending was taken back and nothing else was touched
 * stopped    the store changed meanwhile: somebody else made another version current, or took this one away; no panel was touched
 */
export type RotationState = (typeof ROTATION_STATES)[number];

export const ROTATION_EVENTS = [
  'key-verified',
  'key-rejected',
  'key-promoted',
  'store-changed',
  'fan-out-started',
  'all-proven',
  'some-reached',
  'none-reached',
] as const;

export type RotationEvent = (typeof ROTATION_EVENTS)[number];

export type RotationStep = 'verify' | 'promote' | 'fan-out' | 'finalize' | 'none';

const TRANSITIONS: Readonly<Record<RotationState, Partial<Readonly<Record<RotationEvent, RotationState>>>>> = {
  staged: { 'key-verified': 'verified', 'key-rejected': 'discarded', 'store-changed': 'stopped' },
  verified: { 'key-promoted': 'promoted', 'store-changed': 'stopped' },
  promoted: { 'fan-out-started': 'applying', 'store-changed': 'stopped' },
  applying: { 'all-proven': 'proven', 'some-reached': 'partial', 'none-reached': 'failed' },
  partial: { 'all-proven': 'proven', 'some-reached': 'partial', 'none-reached': 'partial' },
  failed: { 'all-proven': 'proven', 'some-reached': 'partial', 'none-reached': 'failed' },
  proven: {},
  discarded: {},
  stopped: {},
};

const STEPS: Readonly<Record<RotationState, RotationStep>> = {
  staged: 'verify',
  verified: 'promote',
  promoted: 'fan-out',
  applying: 'finalize',
  partial: 'finalize',
  failed: 'finalize',
  proven: 'none',
  discarded: 'none',
  stopped: 'none',
};

/** The state after an event; undefined when the event cannot happen in this state (the caller looked at an old state). */
export function nextState(state: RotationState, event: RotationEvent): RotationState | undefined {
  return TRANSITIONS[state][event];
}

/** What has to be done next. `finalize` may be done again and again until the rotation is proven. */
export function nextStep(state: RotationState): RotationStep {
  return STEPS[state];
}

/** Nothing more will change: proven, or ended before any panel was touched. */
export function isTerminal(state: RotationState): boolean {
  return STEPS[state] === 'none';
}

/** A result can be told: the fan-out has ended, even if stragglers are still being retried. */
export function isSettled(state: RotationState): boolean {
  return isTerminal(state) || state === 'partial' || state === 'failed';
}
