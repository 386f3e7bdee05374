import {
  createPairing,
  type NewPairing,
  startBlesta,
  startClientexec,
  startDomainNameApi,
  startHostbill,
  startWhmcs,
  startWisecp,
} from '../test/simulators/start.ts';

/** One panel as the configuration would have it; `secrets` are behind the references in its options. */
export interface PanelSpec {
  readonly id: string;
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface EstateSpec {
  readonly resellerId: string;
  readonly oldKey: string;
  readonly newKey: string;
  readonly panels: readonly PanelSpec[];
  readonly secrets: Readonly<Record<string, string>>;
}

export interface RunningEstate extends EstateSpec {
  /** How many panels hold the new key, and the most writes of it that one panel saw. */
  readonly count: () => Promise<{ readonly holding: number; readonly mostPushes: number }>;
  readonly stop: () => Promise<void>;
}

interface Seed {
  readonly vendor: { readonly live: string; readonly test: string };
  readonly resellerId: string;
  readonly oldKey: string;
  readonly count: number;
  readonly latencyMs: number;
  readonly pairing: NewPairing['pairing'];
}

interface Group {
  readonly url: string;
  readonly kind: string;
  readonly options: (url: string) => Readonly<Record<string, unknown>>;
  readonly totals: (keyHash: string) => Promise<{ readonly holding: number; readonly most: number }>;
  readonly stop: () => Promise<void>;
}

const ACCESS = {
  'env:BENCH_ID': 'sim-identifier',
  'env:BENCH_SECRET': 'sim-secret',
  'env:BENCH_WISECP': 'sim-wisecp-key',
  'env:BENCH_HOSTBILL_ID': 'sim-api-id',
  'env:BENCH_HOSTBILL_KEY': 'sim-api-key',
  'env:BENCH_BLESTA': 'sim-key',
};
const connector = { pairing: 'env:BENCH_PAIRING' };

/** Simulated panels of all five kinds, as many of each, that hold the old key; the vendor accepts only the new one. */
export async function startEstate(
  total: number,
  latencyMs: number,
  hashOf: (key: string) => string,
): Promise<RunningEstate> {
  const api = await startDomainNameApi({ pacing: { on: false } });
  const { resellerId, apiKey: oldKey } = await api.control.currentKey();
  const { pairing, text } = createPairing();
  const seed = { vendor: api.vendor, resellerId, oldKey, count: total / 5, latencyMs, pairing };
  const groups = await Promise.all([whmcs(seed), wisecp(seed), hostbill(seed), blesta(seed), clientexec(seed)]);
  const { apiKey: newKey } = await api.control.regenerate();
  const panels = groups.flatMap((group) => specsOf(group, seed.count));
  return {
    resellerId,
    oldKey,
    newKey,
    panels: interleaved(panels, groups.length),
    secrets: { ...ACCESS, 'env:BENCH_PAIRING': text },
    async count() {
      const totals = await Promise.all(groups.map((group) => group.totals(hashOf(newKey))));
      return {
        holding: totals.reduce((sum, { holding }) => sum + holding, 0),
        mostPushes: Math.max(...totals.map(({ most }) => most)),
      };
    },
    async stop() {
      await Promise.all([api, ...groups].map((each) => each.stop()));
    },
  };
}

function specsOf({ kind, url, options }: Group, count: number): PanelSpec[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${kind}-${at + 1}`,
    kind,
    options: options(`${url}/p/${at + 1}`),
  }));
}

/** Kinds take turns, as in an estate that grew. */
function interleaved(panels: readonly PanelSpec[], kinds: number): readonly PanelSpec[] {
  const each = panels.length / kinds;
  return panels.map((_, at) => panels[(at % kinds) * each + Math.floor(at / kinds)]).filter((one) => one !== undefined);
}

function manyOf({ count }: Seed, addressPrefix: string) {
  return { count, addressPrefix };
}

async function whmcs(seed: Seed): Promise<Group> {
  const { vendor, resellerId, oldKey, latencyMs, pairing } = seed;
  const settings = { API_UserName: resellerId, API_Password: oldKey, API_TestMode: '' };
  const panels = [{ settings, connector: { pairing } }];
  const { url, control, stop } = await startWhmcs({ vendor, panels, many: manyOf(seed, '127.31'), latencyMs });
  return {
    kind: 'whmcs',
    url,
    options: (at) => ({ url: at, identifier: 'env:BENCH_ID', secret: 'env:BENCH_SECRET', connector }),
    totals: async (keyHash) => mostOf(await control.pushTotals({ keyHash })),
    stop,
  };
}

async function wisecp(seed: Seed): Promise<Group> {
  const { vendor, resellerId, oldKey, latencyMs, pairing } = seed;
  const settings = { username: resellerId, password: oldKey, 'test-mode': '0' };
  const panels = [{ settings, connector: { pairing } }];
  const { url, control, stop } = await startWisecp({ vendor, panels, many: manyOf(seed, '127.51'), latencyMs });
  return {
    kind: 'wisecp',
    url,
    options: (at) => ({ url: at, generation: 'v5', apiKey: 'env:BENCH_WISECP', connector }),
    totals: async (keyHash) => mostOf(await control.pushTotals({ keyHash })),
    stop,
  };
}

async function hostbill(seed: Seed): Promise<Group> {
  const { vendor, resellerId, oldKey, latencyMs, pairing } = seed;
  const settings = { username: resellerId, password: oldKey, testmode: '0' };
  const panels = [{ settings, connector: { pairing } }];
  const { url, control, stop } = await startHostbill({ vendor, panels, many: manyOf(seed, '127.56'), latencyMs });
  return {
    kind: 'hostbill',
    url,
    options: (at) => ({
      url: `${at}/admin`,
      apiId: 'env:BENCH_HOSTBILL_ID',
      apiKey: 'env:BENCH_HOSTBILL_KEY',
      connector,
    }),
    totals: async (keyHash) => mostOf(await control.pushTotals({ keyHash })),
    stop,
  };
}

async function blesta(seed: Seed): Promise<Group> {
  const { vendor, resellerId, oldKey, latencyMs } = seed;
  const rows = [{ id: '3', meta: { user: resellerId, key: oldKey, sandbox: 'false' } }];
  const panels = [{ rows, validationBug: false }];
  const { url, control, stop } = await startBlesta({ vendor, panels, many: manyOf(seed, '127.41'), latencyMs });
  return {
    kind: 'blesta',
    url,
    options: (at) => ({ url: at, user: 'sim-user', key: 'env:BENCH_BLESTA' }),
    async totals(keyHash) {
      const { holding, mostPerRow } = await control.pushTotals({ keyHash });
      return { holding, most: mostPerRow };
    },
    stop,
  };
}

async function clientexec(seed: Seed): Promise<Group> {
  const { vendor, resellerId, oldKey, latencyMs, pairing } = seed;
  const settings = { plugin_Domainnameapi_Username: resellerId, plugin_Domainnameapi_Password: oldKey };
  const panels = [{ settings, connector: { pairing } }];
  const { url, control, stop } = await startClientexec({ vendor, panels, many: manyOf(seed, '127.61'), latencyMs });
  return {
    kind: 'clientexec',
    url,
    options: (at) => ({ url: at, connector }),
    totals: async (keyHash) => mostOf(await control.pushTotals({ keyHash })),
    stop,
  };
}

function mostOf({ holding, mostPerPanel }: { holding: number; mostPerPanel: number }) {
  return { holding, most: mostPerPanel };
}
