import { randomUUID } from 'node:crypto';
import type { AppDeps } from '../../../src/app/deps.ts';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import {
  type AccountId,
  type AccountTarget,
  type Binding,
  bindingIdOf,
  type PanelId,
  type RotationId,
} from '../../../src/core/model.ts';
import type { Notice } from '../../../src/core/ports.ts';
import { createEstate } from '../../../src/infra/estate.ts';
import { realClock, testFingerprint } from '../provider-deps.ts';
import { recordSecret } from '../secret-ledger.ts';
import {
  createFakeLeases,
  createFakeLedger,
  createFakeQueue,
  type FakeLeases,
  type FakeLedger,
  type FakeQueue,
} from './ledger.ts';
import { createFakePanel, type FakePanel } from './panel.ts';
import { createFakeStore, type FakeStore } from './store.ts';
import { createFakeVendor, type FakeVendor } from './vendor.ts';

export const RESELLER = 'fd2bea54-0000-4a11-9c01-0a1b2c3d4e5f';
export const ACCOUNT = 'acme' as AccountId;

/** One account, its store, its vendor and some panels, all in this process; the present key is in place everywhere. */
export interface FakeWorld {
  readonly vendor: FakeVendor;
  readonly store: FakeStore;
  readonly account: AccountTarget;
  readonly panels: readonly FakePanel[];
  readonly bindings: readonly Binding[];
  readonly notices: Notice[];
  readonly oldKey: string;
  readonly newKey: string;
  /** What the use cases get, but for the engine's part. */
  readonly deps: Omit<AppDeps, 'ledger' | 'leases' | 'queue' | 'pacer'>;
  /** The vendor's web panel: from now on the new key works and the old one does not. */
  regenerate(): void;
}

export function createFakeWorld(panelCount: number): FakeWorld {
  const vendor = createFakeVendor();
  const store = createFakeStore();
  const account: AccountTarget = { accountId: ACCOUNT, environment: 'live', secret: { store: store.id, name: 'acme' } };
  const [oldKey, newKey] = [mintKey('old'), mintKey('new')];
  const panels = Array.from({ length: panelCount }, (_, index) =>
    createFakePanel(`p${String(index)}` as PanelId, vendor),
  );
  const bindings = panels.map(({ panelId }) => bindingTo(panelId));
  const notices: Notice[] = [];
  const place = { environment: 'live', resellerId: RESELLER } as const;
  vendor.alive.set(oldKey, place);
  store.put('current', RESELLER, oldKey);
  for (const panel of panels) panel.held = { username: RESELLER, password: oldKey };
  return {
    vendor,
    store,
    account,
    panels,
    bindings,
    notices,
    oldKey,
    newKey,
    deps: {
      estate: createEstate({ accounts: [account], bindings }),
      store: async () => store,
      panel: async (id) => panels.find(({ panelId }) => panelId === id) ?? noSuchPanel(id),
      verifier: vendor.verifier,
      clock: realClock,
      newId: randomUUID,
      fingerprint: testFingerprint,
      notifier: { id: 'fake', notify: async (notice) => void notices.push(notice) },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      gate: (work) => work(),
      settings: { concurrency: 20, requestsPerSecond: 0 },
    },
    regenerate() {
      vendor.alive.delete(oldKey);
      vendor.alive.set(newKey, place);
    },
  };
}

function ignore(): void {
  // Nobody reads these lines.
}

function noSuchPanel(id: string): never {
  throw new KeyturnError('CONFIG_INVALID', `The configuration has no panel ${id}.`);
}

/** A key of a test's own, on the list of what no trace may show. */
export function mintKey(name: string): string {
  const key = `k${name}${randomUUID().replaceAll('-', '')}`;
  recordSecret(key);
  return key;
}

function bindingTo(panelId: PanelId): Binding {
  const bindingId = bindingIdOf(panelId, ACCOUNT, 'live');
  return {
    bindingId,
    panelId,
    panelKind: 'fake',
    accountId: ACCOUNT,
    environment: 'live',
    policy: 'alert',
    options: {},
  };
}

export interface UnitWorld extends FakeWorld {
  readonly ledger: FakeLedger;
  readonly leases: FakeLeases;
  readonly queue: FakeQueue;
  /** Keys whose turn was taken or moved back, in order. */
  readonly turns: string[];
  /** The keys whose turns were taken, in order. */
  readonly turnKeys: string[];
  readonly all: AppDeps;
}

/** The same world with a ledger, leases and a queue in memory: for use cases on their own. */
export function createUnitWorld(panelCount = 1): UnitWorld {
  const world = createFakeWorld(panelCount);
  const [ledger, leases, queue] = [createFakeLedger(), createFakeLeases(), createFakeQueue()];
  const turns: string[] = [];
  const turnKeys: string[] = [];
  const pacer: AppDeps['pacer'] = {
    async turn(key) {
      turns.push('turn');
      turnKeys.push(key);
    },
    backOff: async (_key, ms) => void turns.push(`back off ${String(ms)}`),
  };
  return { ...world, ledger, leases, queue, turns, turnKeys, all: { ...world.deps, ledger, leases, queue, pacer } };
}

/** Opens a rotation of a key that is staged as pending already. */
export async function openRotation(world: UnitWorld, changes: Partial<RotationRecord> = {}): Promise<RotationRecord> {
  const versionId = world.store.put('pending', RESELLER, world.newKey);
  const previousVersionId = world.store.stages.get('current');
  return world.ledger.open({
    rotationId: randomUUID() as RotationId,
    accountId: ACCOUNT,
    environment: 'live',
    reason: 'requested',
    actor: 'test',
    state: 'staged',
    versionId,
    ...(previousVersionId && { previousVersionId }),
    bindings: world.bindings.length,
    openedAt: new Date(0).toISOString(),
    ...changes,
  });
}
