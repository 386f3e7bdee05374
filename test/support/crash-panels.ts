import { randomBytes } from 'node:crypto';
import {
  type BlestaControl,
  hashOf,
  type Simulator,
  startBlesta,
  startDomainNameApi,
  startWhmcs,
  type VendorSimulator,
  type WhmcsControl,
} from '../simulators/start.ts';
import { recordSecret } from './secret-ledger.ts';

export interface EstateOptions {
  /** So many WHMCS, and so many Blesta. */
  readonly panels: number;
  readonly latencyMs: number;
  /** Keyturn's pace, requests a second with one key; the vendor then refuses half as many more. Left out: it refuses none. */
  readonly vendorPace?: number;
}

/** What the panels hold and were sent of one key. */
export interface KeyTotals {
  readonly panels: number;
  readonly holding: number;
  /** Pushes that reached any panel, and the most that reached one. */
  readonly pushes: number;
  readonly mostPerPanel: number;
  /** Pushes that changed what a panel holds: Blesta refuses a key that the vendor does not confirm. */
  readonly applied: number;
}

/** The simulated vendor and two many-panel installations, each a process of its own. */
export interface CrashEstate {
  readonly vendor: VendorSimulator;
  readonly whmcs: Simulator<WhmcsControl>;
  readonly blesta: Simulator<BlestaControl>;
  /** Environment variables with the panels' API secrets, as an operator would set them. */
  readonly env: Readonly<Record<string, string>>;
  readonly resellerId: string;
  readonly firstKey: string;
  /** The `vendor` and `panels` parts of keyturn.yaml. */
  config(): Promise<{ readonly vendor: object; readonly panels: Readonly<Record<string, object>> }>;
  totals(key: string): Promise<KeyTotals>;
  /** How many panels hold exactly this Reseller ID, key and live mode. */
  countRight(key: string): Promise<number>;
  close(): Promise<void>;
}

export async function startCrashEstate({ panels: count, latencyMs, vendorPace }: EstateOptions): Promise<CrashEstate> {
  const [identifier, secret, blestaKey] = [newSecret(), newSecret(), newSecret()];
  const pacing = vendorPace === undefined ? { on: false } : { perSecond: vendorPace * 1.5, refuseConcurrent: false };
  const vendor = await startDomainNameApi({ pacing, latencyMs: Math.ceil(latencyMs / 2) });
  const { resellerId, apiKey: firstKey } = await vendor.control.currentKey({});
  recordSecret(firstKey);
  const settings = { API_UserName: resellerId, API_Password: firstKey, API_TestMode: '' };
  const row = { id: '3', meta: { user: resellerId, key: firstKey, sandbox: 'false' } };
  const [whmcs, blesta] = await Promise.all([
    startWhmcs({
      vendor: vendor.vendor,
      panels: [{ credentials: [{ identifier, secret }], settings }],
      many: { count, addressPrefix: '127.40' },
      latencyMs,
    }),
    startBlesta({
      vendor: vendor.vendor,
      panels: [{ apiUser: 'keyturn', apiKey: blestaKey, rows: [row], validationBug: false }],
      many: { count, addressPrefix: '127.41' },
      latencyMs,
    }),
  ]);
  const estate = { vendor, whmcs, blesta, resellerId };
  return {
    ...estate,
    firstKey,
    env: { CRASH_WHMCS_IDENTIFIER: identifier, CRASH_WHMCS_SECRET: secret, CRASH_BLESTA_KEY: blestaKey },
    config: () => configOf(estate, vendorPace ?? 100),
    totals: (key) => totalsOf(estate, key),
    countRight: (key) => countRight(estate, key),
    async close() {
      await Promise.all([whmcs.stop(), blesta.stop(), vendor.stop()]);
    },
  };
}

type Started = Pick<CrashEstate, 'vendor' | 'whmcs' | 'blesta' | 'resellerId'>;

function newSecret(): string {
  const value = randomBytes(18).toString('base64url');
  recordSecret(value);
  return value;
}

async function configOf({ vendor, whmcs, blesta }: Started, requestsPerSecond: number) {
  const [whmcsPanels, blestaPanels] = await Promise.all([whmcs.control.panels(), blesta.control.panels()]);
  const access = { identifier: 'env:CRASH_WHMCS_IDENTIFIER', secret: 'env:CRASH_WHMCS_SECRET' };
  const panels = [
    ...whmcsPanels.map(({ url }, at) => [
      `whmcs${at + 1}`,
      { kind: 'whmcs', url, ...access, bindings: [{ account: 'main', canaryDomainId: 1 }] },
    ]),
    ...blestaPanels.map(({ url }, at) => [
      `blesta${at + 1}`,
      { kind: 'blesta', url, user: 'keyturn', key: 'env:CRASH_BLESTA_KEY', bindings: [{ account: 'main' }] },
    ]),
  ];
  const { live, test } = vendor.vendor;
  return {
    vendor: { live: { url: live }, test: { url: test }, pace: { requestsPerSecond } },
    panels: Object.fromEntries(panels) as Record<string, object>,
  };
}

async function totalsOf({ whmcs, blesta }: Started, key: string): Promise<KeyTotals> {
  const keyHash = hashOf(key);
  const [ofWhmcs, ofBlesta] = await Promise.all([
    whmcs.control.pushTotals({ keyHash }),
    blesta.control.pushTotals({ keyHash }),
  ]);
  return {
    panels: ofWhmcs.panels + ofBlesta.panels,
    holding: ofWhmcs.holding + ofBlesta.holding,
    pushes: ofWhmcs.received + ofBlesta.received,
    mostPerPanel: Math.max(ofWhmcs.mostPerPanel, ofBlesta.mostPerRow),
    applied: ofWhmcs.applied + ofBlesta.applied,
  };
}

async function countRight({ whmcs, blesta, resellerId }: Started, key: string): Promise<number> {
  const [whmcsPanels, blestaPanels] = await Promise.all([whmcs.control.panels(), blesta.control.panels()]);
  const held = await Promise.all([
    ...whmcsPanels.map(async ({ prefix }) => {
      const {
        API_UserName: user,
        API_Password: held,
        API_TestMode: mode,
      } = await whmcs.control.settings({ panel: prefix });
      return user === resellerId && held === key && mode === '';
    }),
    ...blestaPanels.map(async ({ prefix }) => {
      const row = (await blesta.control.rows({ panel: prefix }))['3'];
      return row?.['user'] === resellerId && row['key'] === key && row['sandbox'] === 'false';
    }),
  ]);
  return held.filter(Boolean).length;
}
