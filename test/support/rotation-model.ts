import fc from 'fast-check';
import { expect } from 'vitest';
import type { BindingOutcome } from '../../src/core/rotation/outcome.ts';
import { summarize } from '../../src/core/rotation/outcome.ts';
import { nextState, nextStep, type RotationEvent, type RotationState } from '../../src/core/rotation/state.ts';

/*
 * A world in which a rotation is driven by its state machine alone: what each step does to the store and the panels follows from
 * `nextStep`, what the step reports follows from the truth of this world. After every event the invariants are checked.
 */

type Key = 'old' | 'new' | 'foreign';

interface World {
  /** The one key that works at the vendor; the vendor may also be down. */
  works: Key;
  down: boolean;
  store: { current: Key; pending: Key | undefined; previous: Key | undefined };
  readonly panels: { holds: Key; outcome: BindingOutcome | undefined }[];
  state: RotationState;
  /** States a worker remembers that was slow: it may still report what belonged to them. */
  readonly verified: Set<Key>;
}

const PANELS = 3;
const PROVEN: BindingOutcome = { outcome: 'proven', method: 'balance', detail: 'ok', at: '' };
const FAILED: BindingOutcome = {
  outcome: 'failed',
  code: 'UPSTREAM_UNAVAILABLE',
  detail: 'down',
  retrying: true,
  wrote: 'no',
  at: '',
};

/** A key has been given: it is staged. Whether it is the one the vendor knows is still open. */
export function startRotationModel(): { model: World; real: Record<string, never> } {
  const model: World = {
    works: 'old',
    down: false,
    store: { current: 'old', pending: 'new', previous: undefined },
    panels: Array.from({ length: PANELS }, () => ({ holds: 'old', outcome: undefined })),
    state: 'staged',
    verified: new Set(),
  };
  return { model, real: {} };
}

function fire(world: World, event: RotationEvent): void {
  world.state = nextState(world.state, event) ?? world.state;
}

function verify(world: World): void {
  if (world.down) return;
  if (world.store.pending === world.works) {
    world.verified.add(world.works);
    fire(world, 'key-verified');
    return;
  }
  world.store.pending = undefined;
  fire(world, 'key-rejected');
}

function promote(world: World): void {
  const { store } = world;
  if (store.current !== 'old') {
    fire(world, 'store-changed');
    return;
  }
  if (store.pending) world.store = { current: store.pending, pending: undefined, previous: store.current };
  fire(world, 'key-promoted');
}

function step(world: World): void {
  switch (nextStep(world.state)) {
    case 'verify': {
      verify(world);
      return;
    }
    case 'promote': {
      promote(world);
      return;
    }
    case 'fan-out': {
      fire(world, 'fan-out-started');
      return;
    }
    case 'finalize': {
      fire(world, summarize(world.panels.map(({ outcome }) => outcome)));
      return;
    }
    case 'none':
  }
}

function workPanel(world: World, index: number): void {
  const panel = world.panels[index];
  if (!panel || nextStep(world.state) !== 'finalize') return;
  panel.holds = 'new';
  panel.outcome = world.down || world.works !== 'new' ? (panel.outcome ?? FAILED) : PROVEN;
}

class Event implements fc.Command<World, Record<string, never>> {
  readonly name: string;
  readonly act: (world: World) => void;

  constructor(name: string, act: (world: World) => void) {
    this.name = name;
    this.act = act;
  }

  check(): boolean {
    return true;
  }

  run(world: World): void {
    const kept = keptInStore(world);
    const held = world.panels.map(({ holds }) => holds);
    const before = world.state;
    this.act(world);
    expectNothingLost(world, { kept, held, before });
  }

  toString(): string {
    return this.name;
  }
}

/** The key that works, if the store has it. */
function keptInStore({ store, works }: World): Key | undefined {
  return Object.values(store).find((key) => key === works);
}

interface Before {
  readonly kept: Key | undefined;
  readonly held: readonly Key[];
  readonly before: RotationState;
}

function expectNothingLost(world: World, { kept, held, before }: Before): void {
  const { panels, verified, state, store } = world;
  if (kept) expect(Object.values(store), 'the working key left the store').toContain(kept);
  panels.forEach(({ holds }, index) => {
    if (holds !== held[index]) expect(verified.has(holds), 'a panel was given a key nobody accepted').toBe(true);
  });
  if (state === 'proven') expect(panels.every(({ holds }) => holds === 'new')).toBe(true);
  if (['discarded', 'stopped'].includes(state)) expect(panels.every(({ holds }) => holds === 'old')).toBe(true);
  if (['proven', 'discarded', 'stopped'].includes(before)) expect(state).toBe(before);
}

function event(name: string, act: (world: World) => void): fc.Arbitrary<Event> {
  return fc.constant(new Event(name, act));
}

/** What may happen, in any order: workers step and repeat themselves, the operator regenerates, others meddle, the vendor fails. */
export const rotationCommands = [
  event('step', step),
  event('step', step),
  event('regenerate', (world) => {
    if (world.works === 'old') world.works = 'new';
  }),
  event('vendor down', (world) => {
    world.down = true;
  }),
  event('vendor up', (world) => {
    world.down = false;
  }),
  event('somebody changes the store', (world) => {
    if (world.store.current === 'old') world.store = { ...world.store, current: 'foreign', previous: 'old' };
  }),
  event('a late worker fans out again', (world) => fire(world, 'fan-out-started')),
  event('a late worker verifies again', (world) => {
    if (world.verified.has('new')) fire(world, 'key-verified');
  }),
  fc
    .integer({ min: 0, max: PANELS - 1 })
    .map((index) => new Event(`work panel ${String(index)}`, (world) => workPanel(world, index))),
];
