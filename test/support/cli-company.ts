import { randomUUID } from 'node:crypto';
import { randomKey } from '../simulators/shared/hash.ts';
import {
  type BlestaControl,
  type Simulator,
  startBlesta,
  startDomainNameApi,
  startWhmcs,
  type VendorSimulator,
  type WhmcsControl,
} from '../simulators/start.ts';

export interface Pair {
  readonly resellerId: string;
  readonly apiKey: string;
}

export type Pairs = Readonly<Record<'live' | 'test' | 'other', Pair>>;

export const LIVE_ROW = '3';
const TEST_ROW = '4';

const WHMCS = { identifier: 'world-identifier', secret: 'world-whmcs-secret' };
const BLESTA = { apiUser: 'keyturn', apiKey: 'world-blesta-api-key' };
const PANEL_DEFAULTS = { moduleVersion: '2.0.10', libraryVersion: '3.0.9', validationBug: false, installed: true };

/** The panels' own API credentials, as an operator has them in the environment. */
export const PANEL_ENV = {
  PANEL_IDENTIFIER: WHMCS.identifier,
  PANEL_SECRET: WHMCS.secret,
  PANEL_KEY: BLESTA.apiKey,
};

/** The vendor and two panels: a WHMCS, and a Blesta with a live and a test row. */
export interface Company {
  readonly pairs: Pairs;
  readonly vendor: VendorSimulator;
  readonly whmcs: Simulator<WhmcsControl>;
  readonly blesta: Simulator<BlestaControl>;
  /** Everything healthy and in sync, all counters at zero. */
  calm(): Promise<void>;
  /** Writes that the panels have seen since then. */
  writes(): Promise<number>;
  stop(): Promise<void>;
}

export async function startCompany(): Promise<Company> {
  const pairs = { live: newPair(), test: newPair(), other: newPair() };
  const vendor = await startVendor(pairs);
  const [whmcs, blesta] = await Promise.all([
    startWhmcs({ vendor: vendor.vendor, panels: [{ credentials: [WHMCS] }] }),
    startBlesta({ vendor: vendor.vendor, panels: [{ ...BLESTA, validationBug: false }] }),
  ]);
  return {
    pairs,
    vendor,
    whmcs,
    blesta,
    async calm() {
      await calmVendor(vendor, pairs);
      await calmWhmcs(whmcs.control, pairs);
      await calmBlesta(blesta.control, pairs);
    },
    async writes() {
      const seen = await Promise.all([whmcs.control.counters({}), blesta.control.counters({})]);
      return seen.flatMap(({ writes }) => Object.values(writes)).reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      await Promise.allSettled([whmcs.stop(), blesta.stop(), vendor.stop()]);
    },
  };
}

function newPair(): Pair {
  return { resellerId: randomUUID(), apiKey: randomKey() };
}

function startVendor({ live, test, other }: Pairs): Promise<VendorSimulator> {
  return startDomainNameApi({
    accounts: [
      { name: 'main', live, test },
      { name: 'other', live: other },
    ],
    pacing: { on: false },
  });
}

async function calmVendor({ control }: VendorSimulator, { live, test }: Pairs): Promise<void> {
  await control.regenerate({ account: 'main', apiKey: live.apiKey });
  await control.regenerate({ account: 'main', environment: 'test', apiKey: test.apiKey });
  await control.setFault({ mode: 'none' });
  await control.setAllowList({ account: 'main' });
  await control.forget({});
}

async function calmWhmcs(control: WhmcsControl, { live }: Pairs): Promise<void> {
  const settings = { API_UserName: live.resellerId, API_Password: live.apiKey, API_TestMode: '' };
  await control.setFault({ mode: 'none' });
  await control.setSettings({ settings });
  await control.forget({});
}

async function calmBlesta(control: BlestaControl, { live, test }: Pairs): Promise<void> {
  await control.setFault({ mode: 'none' });
  await control.reconfigure({ change: PANEL_DEFAULTS });
  await control.setRow({ row: LIVE_ROW, meta: { user: live.resellerId, key: live.apiKey, sandbox: 'false' } });
  await control.setRow({ row: TEST_ROW, meta: { user: test.resellerId, key: test.apiKey, sandbox: 'true' } });
  await control.forget({});
}

export interface CompanyConfig {
  readonly fingerprintKey: string;
  readonly stores: Record<string, object>;
  readonly vendor: object;
  readonly accounts: Record<string, object>;
  readonly panels: Record<string, object>;
}

/** The company as keyturn.yaml has it. */
export function configOf({ vendor: { vendor }, whmcs, blesta }: Company): CompanyConfig {
  const rows = [
    { account: 'main', rowId: Number(LIVE_ROW) },
    { account: 'main', environment: 'test', rowId: Number(TEST_ROW) },
  ];
  const credential = { identifier: 'env:PANEL_IDENTIFIER', secret: 'env:PANEL_SECRET' };
  return {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    vendor: { live: { url: vendor.live }, test: { url: vendor.test }, pace: { requestsPerSecond: 50 } },
    accounts: {
      main: { live: { secret: secretOf('main') }, test: { secret: secretOf('main-test') } },
      other: { live: { secret: secretOf('other') } },
    },
    panels: {
      billing: { kind: 'whmcs', url: whmcs.url, ...credential, bindings: [{ account: 'main', canaryDomainId: 1 }] },
      shop: { kind: 'blesta', url: blesta.url, user: BLESTA.apiUser, key: 'env:PANEL_KEY', bindings: rows },
    },
  };
}

function secretOf(name: string): object {
  return { store: 'local', name };
}

/** A panel that no program can reach. */
export const OFFICE = {
  kind: 'manual',
  of: 'hostbill',
  title: 'HostBill in the office',
  bindings: [{ account: 'main' }],
};
