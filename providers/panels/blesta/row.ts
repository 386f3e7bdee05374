import { KeyturnError } from '../../../src/core/errors.ts';
import { shapeOf, storedFacts } from '../../../src/core/field-facts.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { ModuleFacts, Observation } from '../../../src/core/observation.ts';
import type { Fingerprinter } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { BlestaBinding } from './options.ts';
import { type BlestaModule, type BlestaRow, modulesSchema, rowsSchema } from './schema.ts';
import type { BlestaClient } from './transport.ts';

export const MODULE_CLASS = 'domainnameapi';

export interface Place {
  readonly module: BlestaModule;
  /** Undefined if the module has no account row yet. */
  readonly row: BlestaRow | undefined;
}

/** Finds the module of the company and the binding's row in it. Throws CONFIG_INVALID if either cannot be told. */
export async function findRow(client: BlestaClient, binding: BlestaBinding, signal: AbortSignal): Promise<Place> {
  const module = await findModule(client, binding.companyId, signal);
  const values = { module_id: module.id };
  const rows = await client.call({ verb: 'GET', method: 'getRows', values, schema: rowsSchema }, signal);
  return { module, row: chooseRow(client.where, rows, binding.rowId) };
}

/** The module as one company has it. Throws CONFIG_INVALID if it has none. */
export async function findModule(client: BlestaClient, companyId: number, signal: AbortSignal): Promise<BlestaModule> {
  const values = { class: MODULE_CLASS, company_id: companyId };
  const [module] = await client.call({ verb: 'GET', method: 'getByClass', values, schema: modulesSchema }, signal);
  if (module) return module;
  throw new KeyturnError('CONFIG_INVALID', `${client.where} has no Domain Name API module in company ${companyId}.`, {
    fix: 'Install the module at Settings > Company > Modules > Available, or correct `companyId` of the binding.',
    context: { companyId },
  });
}

/** Only rows of this module are looked at: an id of another module's row must never be written. */
function chooseRow(where: string, rows: readonly BlestaRow[], rowId: number | undefined): BlestaRow | undefined {
  const ids = rows.map((row) => row.id).join(', ');
  if (rowId === undefined) {
    if (rows.length <= 1) return rows[0];
    throw new KeyturnError(
      'CONFIG_INVALID',
      `The Domain Name API module of ${where} has several account rows: ${ids}.`,
      {
        fix: `Set \`rowId\` of the binding to the one that is meant (${ids}).`,
      },
    );
  }
  const row = rows.find((candidate) => candidate.id === String(rowId));
  if (row) return row;
  throw new KeyturnError('CONFIG_INVALID', `The Domain Name API module of ${where} has no account row ${rowId}.`, {
    fix:
      rows.length === 0 ? `Add an account first: ${menuPaths.blesta.path}.` : `Set \`rowId\` to one of these: ${ids}.`,
    context: { rowId },
  });
}

/** The error of a step that needs a row where there is none. */
export function rowMissing(where: string): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `The Domain Name API module of ${where} has no account row yet.`, {
    fix: `Add one account by hand: ${menuPaths.blesta.path} > Add Account. From then on Keyturn keeps it.`,
    untouched: 'Nothing was written.',
  });
}

/** Base64 of at least two cipher blocks: what an encrypted row looks like if Blesta did not decrypt it. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4}){10,}[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2}$/;

/** False if what came back may not be the stored key itself but its ciphertext or a mask. Then nothing is said about it. */
export function isKeyReadable(row: BlestaRow): boolean {
  const key = row.key.reveal();
  // Letters and digits alone are rather a key: in that much ciphertext one of the other three signs is all but certain.
  const isCiphertext = BASE64.test(key) && /[+/=]/.test(key);
  return !isCiphertext && shapeOf(key) !== 'mask';
}

/** The module acts on exactly the text `true`; anything else, also nothing, is live. */
export function isTestMode(row: BlestaRow): boolean {
  return row.sandbox === 'true';
}

export function moduleFacts(module: BlestaModule): ModuleFacts {
  return module.version === undefined ? {} : { moduleVersion: module.version };
}

/** The row as an observation. No row at all is an empty credential: absent is a value. */
export function observationOf({ module, row }: Place, fingerprint: Fingerprinter): Observation {
  const version = moduleFacts(module);
  if (!row) return { state: 'observed', ...storedFacts(fingerprint, '', new SecretValue('')), ...version };
  const { username, password } = storedFacts(fingerprint, row.user, row.key);
  const key = isKeyReadable(row) ? { password } : {};
  return { state: 'observed', username, ...key, testMode: isTestMode(row), ...version };
}
