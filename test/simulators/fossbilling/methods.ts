import { isRecord } from '../shared/read.ts';
import { ADAPTERS, isAvailable, missingField, settingsOf, textOf } from './adapter.ts';
import type { FaultMode } from './config.ts';
import { countPush, type Panel, type Registrar, writeRegistrar } from './panel.ts';
import { ApiError } from './reply.ts';

/** One call that was let in. */
export interface Call {
  readonly panel: Panel;
  readonly data: Readonly<Record<string, unknown>>;
  readonly mode: FaultMode;
}

export interface Method {
  /** The permission beside access to the module; guests need none. */
  readonly needs?: 'manage_registrars' | 'manage_tlds';
  readonly run: (call: Call) => unknown;
}

/** The API of the Servicedomain module, as far as it is simulated. */
export const METHODS: Readonly<Record<string, Method>> = {
  'admin/registrar_get_pairs': { needs: 'manage_registrars', run: pairs },
  'admin/registrar_get_list': { needs: 'manage_registrars', run: listAll },
  'admin/registrar_get': { needs: 'manage_registrars', run: (call) => shown(call.panel, registrarOf(call)) },
  'admin/registrar_update': { needs: 'manage_registrars', run: update },
  'admin/tld_get': { needs: 'manage_tlds', run: tldGet },
  'guest/check': { run: check },
};

function pairs({ panel }: Call): unknown {
  const all = [...panel.registrars.values()].map(({ id, title }) => [id, title] as const);
  return all.length === 0 ? [] : Object.fromEntries(all);
}

function listAll({ panel }: Call): unknown {
  const all = [...panel.registrars.values()].map((one) => shown(panel, one));
  return { pages: 1, page: 1, per_page: 100, total: all.length, list: all };
}

function registrarOf({ panel, data }: Call): Registrar {
  if (data['id'] === undefined || data['id'] === null) throw new ApiError('Registrar ID is missing');
  const found = panel.registrars.get(Number(data['id']));
  if (!found) throw new ApiError('Registrar not found');
  return found;
}

function shown({ config }: Panel, registrar: Registrar): unknown {
  const adapter = ADAPTERS[registrar.adapter];
  if (!adapter) throw new ApiError('Domain registrar was not found');
  const settings = settingsOf(registrar);
  const isOld = config.release !== 'next';
  return {
    id: isOld ? String(registrar.id) : registrar.id,
    title: registrar.title,
    ...adapter,
    config: Object.keys(settings).length === 0 ? [] : settings,
    test_mode: isOld ? String(Number(registrar.testMode)) : registrar.testMode,
  };
}

function update(call: Call): unknown {
  const { panel, data, mode } = call;
  const old = registrarOf(call);
  const { settings, missing } = newSettings(panel, old, data['config']);
  const applied = missing === undefined && mode !== 'success-without-write';
  countPush(panel, old.id, textOf(settings['Password']), applied);
  if (missing !== undefined) throw new ApiError(`Registrar ${old.title} is missing required configuration: ${missing}`);
  const testMode = 'test_mode' in data ? isTrue(data['test_mode']) : old.testMode;
  if (applied) writeRegistrar(panel, { ...old, config: JSON.stringify(settings), testMode });
  return true;
}

/** Up to 0.8.5 what is sent, unseen; after that merged with what is there, and a required setting may not be empty. */
function newSettings({ config }: Panel, old: Registrar, sent: unknown) {
  if (!isRecord(sent)) return { settings: settingsOf(old), missing: undefined };
  if (config.release !== 'next') return { settings: sent, missing: undefined };
  const settings = { ...settingsOf(old), ...sent };
  return { settings, missing: missingField(old, settings) };
}

/** PHP's (bool). */
function isTrue(value: unknown): boolean {
  return ![false, 0, '', '0', null, undefined].some((no) => no === value);
}

function tldOf({ panel, data }: Call) {
  return panel.config.tlds.find(({ tld }) => tld === data['tld']);
}

function tldGet(call: Call): unknown {
  const found = tldOf(call);
  if (!found) throw new ApiError('TLD not found');
  const { release } = call.panel.config;
  const as = release === 'next' ? (value: boolean) => value : (value: boolean) => Number(value);
  const title = call.panel.registrars.get(found.registrar)?.title;
  return {
    id: 1,
    tld: found.tld,
    price_registration: 10,
    active: as(found.active),
    allow_register: as(found.register),
    allow_transfer: as(true),
    ...(release !== '0.7' && { registrar: { id: found.registrar, title } }),
  };
}

async function check(call: Call): Promise<boolean> {
  const { panel, data } = call;
  const found = tldOf(call);
  if (!found?.active) throw new ApiError('Domain availability could not be determined. TLD is not active.');
  if (!found.register) throw new ApiError('Domain cannot be registered', 403);
  const registrar = panel.registrars.get(found.registrar);
  if (!registrar) throw new ApiError('Registrar not found');
  if (await isAvailable(panel, registrar, `${String(data['sld'])}${found.tld}`)) return true;
  throw new ApiError('Domain is not available.');
}
