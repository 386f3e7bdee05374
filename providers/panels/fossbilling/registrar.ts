import { KeyturnError } from '../../../src/core/errors.ts';
import { storedFacts } from '../../../src/core/field-facts.ts';
import type { Observation } from '../../../src/core/observation.ts';
import type { Fingerprinter } from '../../../src/core/ports.ts';
import type { FossbillingBinding } from './options.ts';
import { pairsSchema, type Registrar, registrarSchema } from './schema.ts';
import type { FossbillingClient } from './transport.ts';

/** Where a person finds the settings. The guide does not have FOSSBilling, so this is the only place that says it. */
export const MENU_PATH = 'System > Domain Registration > Registrars > DomainNameApi';

const ADAPTER = 'domainnameapi';

/**
 * Finds the binding's registrar and reads it. Without `registrarId` only titles are looked at first, so that the settings of
 * other registrars, which FOSSBilling gives with their secrets, are never fetched. Throws CONFIG_INVALID if none can be told.
 */
export async function findRegistrar(
  client: FossbillingClient,
  binding: FossbillingBinding,
  signal: AbortSignal,
): Promise<Registrar> {
  const id = binding.registrarId ?? (await findByTitle(client, signal));
  const request = { role: 'admin', method: 'registrar_get', values: { id }, schema: registrarSchema } as const;
  const reply = await client.send(request, signal);
  if (!reply.ok) throw notShown(client.where, id);
  if (isOurs(reply.value.label)) return reply.value;
  throw new KeyturnError('CONFIG_INVALID', `Registrar ${id} of ${client.where} is not a DomainNameApi registrar.`, {
    fix: `Set \`registrarId\` of the binding to the one that is: its page at ${MENU_PATH} has the id in its address.`,
    untouched: 'Nothing was written.',
    context: { registrarId: id },
  });
}

function isOurs(title: string): boolean {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .includes(ADAPTER);
}

async function findByTitle(client: FossbillingClient, signal: AbortSignal): Promise<number> {
  const request = { role: 'admin', method: 'registrar_get_pairs', values: {}, schema: pairsSchema } as const;
  const all = await client.call(request, signal);
  const ids = all.filter(({ title }) => isOurs(title)).map(({ id }) => id);
  const [id, ...more] = ids;
  if (id !== undefined && more.length === 0) return id;
  const found = id === undefined ? 'no registrar' : `several registrars (${ids.join(', ')})`;
  throw new KeyturnError('CONFIG_INVALID', `${client.where} has ${found} with DomainNameApi in its title.`, {
    fix:
      id === undefined
        ? `Install the adapter (${MENU_PATH}), or set \`registrarId\` of the binding if it has another title.`
        : `Set \`registrarId\` of the binding to the one that is meant (${ids.join(', ')}).`,
    untouched: 'Nothing was written.',
  });
}

function notShown(where: string, id: number): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `${where} cannot show registrar ${id}.`, {
    fix: 'Correct `registrarId` of the binding, and see that the file library/Registrar/Adapter/DomainNameApi.php is there.',
    untouched: 'Nothing was written.',
    context: { registrarId: id },
  });
}

/** The registrar as an observation. FOSSBilling does not tell the adapter's version. */
export function observationOf({ username, password, testMode }: Registrar, fingerprint: Fingerprinter): Observation {
  return { state: 'observed', ...storedFacts(fingerprint, username, password), testMode };
}

/** Names of settings that the adapter asks for and that are empty, without the credential's own. FOSSBilling may refuse to save. */
export function missingSettings({ form, others }: Registrar): string[] {
  return form
    .filter(({ name, required }) => required && name !== 'Username' && name !== 'Password')
    .filter(({ name }) => isEmpty(others[name]))
    .map(({ name }) => (/^\w{1,40}$/.test(name) ? name : 'one without a usual name'));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
