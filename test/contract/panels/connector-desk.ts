import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createHttpClient, type HttpClient } from '../../../providers/shared/http.ts';
import type { ProviderDeps } from '../../../providers/shared/kinds.ts';
import { bindingIdOf, type Credential, type Fingerprint } from '../../../src/core/model.ts';
import { fingerprintsItself } from '../../../src/core/panel-powers.ts';
import type { Finding, PanelIntegration } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { PanelCheck } from '../../../src/core/verdict.ts';
import { createTestDeps } from '../../support/provider-deps.ts';
import { recordSecret } from '../../support/secret-ledger.ts';
import { startClientexecWorld } from './clientexec-world.ts';
import type { ConnectorWorld } from './connector-world.ts';
import { startHostbillWorld } from './hostbill-world.ts';
import { startWisecpWorld } from './wisecp-world.ts';

export const never = new AbortController().signal;
/** Settings of the module that are not Keyturn's. */
export const OTHERS = { note: 'a & b', tier: '2' };
export const target = { bindingId: bindingIdOf('p', 'main', 'live'), environment: 'live', options: {} } as const;

/** What a panel and its connector are like when nothing is wrong. */
export const SOUND = {
  connector: { clockOffsetSeconds: 0, reply: 'true', refuse: null, pretend: null, version: '1.0.0', protocol: 1 },
  panel: {
    active: true,
    present: true,
    update: 'merge',
    moduleVersion: '2.0.16',
    libraryVersion: '3.0.16',
    apiAddresses: null,
  },
} as const;

/** One world of each kind that can be reached only through its connector. `host`: the last part of each one's address. */
export function connectorWorlds(host: number): readonly (readonly [string, () => Promise<ConnectorWorld>])[] {
  return [
    ['wisecp', () => startWisecpWorld(`127.0.5.${host}`, 'v5')],
    ['hostbill', () => startHostbillWorld(`127.0.6.${host}`)],
    ['clientexec', () => startClientexecWorld(`127.0.7.${host}`)],
  ];
}

/** One world with the short ways that the traps take, for the tests of the `describe` that calls this. */
export interface Desk {
  readonly world: ConnectorWorld;
  readonly http: HttpClient;
  readonly deps: ProviderDeps;
  /** The credential that the panel holds and the vendor accepts. */
  readonly live: Credential;
  /** A new key at the vendor; the panel still has the old one. */
  readonly newKey: () => Promise<Credential>;
  readonly panel: (own?: Partial<ProviderDeps>) => PanelIntegration;
  /** A client that does with a request what `send` does. */
  readonly through: (send: HttpClient['send']) => HttpClient;
  readonly lastSeenOf: (text: string) => Promise<Fingerprint>;
  readonly check: () => Promise<PanelCheck>;
  /** Changes some of the connector's options. */
  readonly connector: (change: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly blockers: () => Promise<readonly Finding[]>;
}

/** Starts a world before all tests and makes it sound before each. */
export function useDesk(start: () => Promise<ConnectorWorld>): Desk {
  let world: ConnectorWorld;
  let http: HttpClient;
  let deps: ProviderDeps;
  let live: Credential;
  beforeAll(async () => {
    world = await start();
    http = createHttpClient();
    deps = { ...createTestDeps(http), resolveSecret: world.resolveSecret };
  });
  afterAll(async () => {
    await http.close();
    await world.close();
  });
  beforeEach(async () => {
    live = await makeSound(world);
  });
  function panel(own: Partial<ProviderDeps> = {}): PanelIntegration {
    return world.create({ ...deps, ...own });
  }
  return {
    get world() {
      return world;
    },
    get http() {
      return http;
    },
    get deps() {
      return deps;
    },
    get live() {
      return live;
    },
    async newKey() {
      const { apiKey } = await world.vendor.control.regenerate();
      recordSecret(apiKey);
      return { resellerId: live.resellerId, apiKey: new SecretValue(apiKey) };
    },
    panel,
    through: (send) => ({ send, close: () => http.close() }),
    async lastSeenOf(text) {
      const one = panel();
      if (!fingerprintsItself(one)) throw new Error('no fingerprints of its own');
      return (await one.fingerprint(never))(text);
    },
    check: () => panel().check(target, { resellerId: live.resellerId, environment: 'live' }, never),
    async connector(change) {
      await world.simulator.control.reconfigureConnector({ change });
    },
    blockers: async () => (await panel().preflight(target, never)).filter(({ level }) => level === 'blocker'),
  };
}

async function makeSound(world: ConnectorWorld): Promise<Credential> {
  const { control } = world.simulator;
  await world.fail('none');
  await control.reconfigure({ change: SOUND.panel });
  await control.reconfigureConnector({ change: { ...SOUND.connector, pairing: world.pairing.pairing } });
  await control.forget();
  await world.vendor.control.setFault({ mode: 'none' });
  await world.vendor.control.setAllowList({});
  await world.vendor.control.forget();
  const { resellerId, apiKey } = await world.vendor.control.currentKey();
  await world.store({ username: resellerId, password: apiKey, testMode: false, others: OTHERS });
  return { resellerId, apiKey: new SecretValue(apiKey) };
}
