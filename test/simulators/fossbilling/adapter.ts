import { isRecord } from '../shared/read.ts';
import { searchDomain } from '../shared/registrar-library.ts';
import { addressOf, type Panel, type Registrar } from './panel.ts';
import { ApiError } from './reply.ts';

const CHOICE = { multiOptions: { 1: 'Yes', 0: 'No' } };

/** What an adapter says of itself: the text beside its form, and the form. */
export const ADAPTERS: Readonly<Record<string, { readonly label: string; readonly form: Record<string, unknown> }>> = {
  DomainNameApi: {
    label: 'DomainNameApi is an ICANN accredited registrar. Live and test system take different credentials.',
    form: {
      Username: ['text', { label: 'Username', description: '', required: true }],
      Password: ['password', { label: 'Password', description: '', required: true }],
      logAPI: ['radio', { label: 'log API Function', required: true, ...CHOICE }],
      logFunction: ['radio', { label: 'log Function', required: true, ...CHOICE }],
    },
  },
  Email: {
    label: 'Sends an e-mail to the staff for every domain.',
    form: { email: ['text', { label: 'E-mail', required: true }] },
  },
};

/** The stored settings. PHP's empty record is a list. */
export function settingsOf({ config }: Registrar): Record<string, unknown> {
  const value: unknown = JSON.parse(config);
  return isRecord(value) ? value : {};
}

/** A scalar as text; nothing for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The name of the first required field of the form that is empty. */
export function missingField(registrar: Registrar, settings: Record<string, unknown>): string | undefined {
  const form = Object.entries(ADAPTERS[registrar.adapter]?.form ?? {});
  const missing = form.find(([name]) => [undefined, null, ''].some((empty) => empty === settings[name]));
  return missing?.[0];
}

/**
 * isDomainAvailable of the adapter. Whatever goes wrong between the library and the vendor makes the name "not available";
 * only an empty setting is said.
 */
export async function isAvailable(panel: Panel, registrar: Registrar, domain: string): Promise<boolean> {
  if (registrar.adapter !== 'DomainNameApi') return true;
  const settings = settingsOf(registrar);
  const username = textOf(settings['Username']);
  const password = textOf(settings['Password']);
  for (const [name, value] of Object.entries({ Username: username, Password: password })) {
    if (value !== '') continue;
    throw new ApiError(`DomainNameApi Registrar module error.<br>Please update configuration parameter "${name}"`);
  }
  const client = {
    username,
    password,
    testMode: registrar.testMode,
    version: panel.config.libraryVersion,
    vendor: panel.vendor,
    from: addressOf(panel),
  };
  const found = await searchDomain(client, domain);
  const infos: unknown = found.ok ? found.data['infos'] : [];
  const first: unknown = Array.isArray(infos) ? infos[0] : undefined;
  return isRecord(first) && first['status'] === 'available';
}
