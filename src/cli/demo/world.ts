import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startDomainNameApi } from '../../../test/simulators/start.ts';
import { generateIdentity, panelKindNames } from '../../compose/identity.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { initialize } from '../../infra/config/initialize.ts';
import { type DemoPanel, demoPanels, type Seed } from './panels.ts';

/** A small hosting company on this machine: the simulated vendor and the five panels, each a process on its own address. */
export interface DemoWorld {
  readonly configPath: string;
  readonly addresses: readonly string[];
  readonly resellerId: string;
  /** The panels' own credentials, as an operator would have them in the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The keys that the vendor has given so far; the last one is current, the ones before it are dead. */
  readonly keys: readonly SecretValue[];
  /** What a person does at the vendor: a new key, and the old one is dead at that moment. */
  regenerate(): Promise<SecretValue>;
  /** Who asked the vendor how often, by address: the proof that the panels themselves asked. */
  lookups(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
  close(): Promise<void>;
}

const VENDOR = '127.0.0.20';

type Started = { stop(): Promise<void> };

/** Starts everything; what had started is stopped again if a later part fails. */
export async function startWorld(): Promise<DemoWorld> {
  const started: Started[] = [];
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-demo-'));
  async function close(): Promise<void> {
    await Promise.allSettled(started.map((each) => each.stop()));
    await rm(directory, { recursive: true, force: true });
  }
  try {
    return { ...(await populate(directory, started)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function populate(directory: string, started: Started[]): Promise<Omit<DemoWorld, 'close'>> {
  const api = await startDomainNameApi({ host: VENDOR });
  started.push(api);
  const { resellerId, apiKey: oldKey } = await api.control.currentKey({});
  const { apiKey: key } = await api.control.regenerate({});
  const { vendor } = api;
  const panels = await startAll({ vendor, resellerId, key, oldKey }, started);
  await initialize(directory, { force: false, generateIdentity, panelKinds: panelKindNames });
  const configPath = join(directory, 'keyturn.yaml');
  await writeFile(configPath, stringify(configOf(vendor, panels)));
  return {
    configPath,
    addresses: [`DomainNameAPI on ${VENDOR}`, ...panels.map(({ place }) => place)],
    resellerId,
    env: Object.fromEntries(panels.flatMap(({ env }) => Object.entries(env))),
    keys: [oldKey, key].map((text) => new SecretValue(text)),
    regenerate: async () => new SecretValue((await api.control.regenerate({})).apiKey),
    lookups: () => api.control.counters({ by: 'address' }),
  };
}

/** Each is to be stopped as soon as it runs, even if another one does not come up. */
async function startAll(seed: Seed, started: Started[]): Promise<readonly DemoPanel[]> {
  const starts = await Promise.allSettled(demoPanels.map((start) => start(seed)));
  const panels = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  started.push(...panels);
  const failed = starts.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return panels;
}

function configOf(vendor: Seed['vendor'], panels: readonly DemoPanel[]): object {
  const bindings = [{ account: 'main' }];
  return {
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'file', directory: '.keyturn/secrets', identity: 'file:.keyturn/identity.txt' } },
    vendor: { live: { url: vendor.live }, test: { url: vendor.test } },
    accounts: { main: { live: { secret: { store: 'local', name: 'domainnameapi/main' } } } },
    panels: Object.fromEntries(panels.map(({ name, options }) => [name, { ...options, bindings }])),
  };
}
