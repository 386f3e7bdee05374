import { KeyturnError } from '../../../src/core/errors.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Credential, Environment } from '../../../src/core/model.ts';
import type { ApplyOptions } from '../../../src/core/ports.ts';
import { askVendor, sandboxFor, VENDOR_PAUSE_MS } from './connection.ts';
import { isConnectionRefused, refusal, unexpectedValue } from './errors.ts';
import { isKeyReadable, type Place, rowMissing } from './row.ts';
import { type BlestaRow, editedSchema } from './schema.ts';
import type { Blesta, BlestaClient } from './transport.ts';

const SAVE = 'module_manager/editRow';
const KEPT = 'The row keeps the values it had.';

export interface Change {
  readonly credential: Credential;
  readonly environment: Environment;
  /** True unless the row's key is known to have changed since it was last observed. */
  readonly isAsLastSeen: (storedKey: string) => boolean;
  readonly confirm: ApplyOptions['confirm'];
  /** Saves even what the row already holds. */
  readonly rewrite?: boolean;
}

/**
 * Writes user, key and sandbox of the row together, with every other value the row had, because Blesta rebuilds the row from what
 * is sent. A row that already holds exactly this is left alone. Throws SUPERSEDED if somebody changed the key in between.
 */
export async function writeRow(
  { client, clock }: Blesta,
  place: Place,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  const { module, row } = place;
  if (!row) throw rowMissing(client.where);
  if (!change.rewrite && holds(row, change)) return;
  refuseIfMoved(client.where, row, change);
  if (await save(client, row, change, signal)) return;

  // The module asked the vendor while saving and got no yes. That may have been the vendor's pace: look, then try once more.
  await clock.sleep(VENDOR_PAUSE_MS, signal);
  const { resellerId: user, apiKey: key } = change.credential;
  const sandbox = sandboxFor(change.environment);
  const works = await askVendor(client, { moduleId: module.id, rowId: row.id, user, key, sandbox }, signal);
  if (!works) throw notUsable(client.where);
  await clock.sleep(VENDOR_PAUSE_MS, signal);
  if (await save(client, row, change, signal)) return;
  throw change.environment === 'live' ? askedWrongEnvironment(client.where) : notUsable(client.where);
}

function holds(row: BlestaRow, { credential, environment }: Change): boolean {
  return (
    row.user === credential.resellerId &&
    row.key.reveal() === credential.apiKey.reveal() &&
    row.sandbox === (environment === 'test' ? 'true' : 'false')
  );
}

function refuseIfMoved(where: string, row: BlestaRow, { isAsLastSeen }: Change): void {
  if (!isKeyReadable(row) || isAsLastSeen(row.key.reveal())) return;
  throw new KeyturnError('SUPERSEDED', `The key in ${where} was changed after Keyturn last looked at it.`, {
    fix: 'Nothing to do: Keyturn looks again and plans anew.',
    untouched: KEPT,
  });
}

/** False if the module's validation refused the row; other refusals throw. */
async function save(client: BlestaClient, row: BlestaRow, change: Change, signal: AbortSignal): Promise<boolean> {
  const { credential, environment } = change;
  const sandbox = environment === 'test' ? 'true' : 'false';
  const vars = { ...row.others, user: credential.resellerId, key: credential.apiKey.reveal(), sandbox };
  const values = { module_row_id: row.id, vars };
  await change.confirm?.();
  const reply = await client.send({ verb: 'PUT', method: 'editRow', values, schema: editedSchema }, signal);
  const call = { where: client.where, method: SAVE };
  if (reply.ok && reply.value === row.id) return true;
  if (reply.ok) throw unexpectedValue(call, 200);
  if (isConnectionRefused(reply.errors)) return false;
  throw refusal(call, 400);
}

function askedWrongEnvironment(where: string): KeyturnError {
  const what =
    `${where} refused to save the live credential, although its module gets a yes for it from the live system: ` +
    'on saving, this module version asks the test system instead (library 3.0.2 and later).';
  return new KeyturnError('PANEL_REFUSED', what, {
    fix: `Give the panel Keyturn's plugin, which saves such a key (keyturn connector build <panel>), or update the module if it is mended. ${menuPaths.blesta.path}.`,
    untouched: KEPT,
    context: { reason: 'wrong-environment-validation' },
  });
}

function notUsable(where: string): KeyturnError {
  const what =
    `${where} refused to save the credential, because its module did not get a yes from the vendor: ` +
    "Blesta's address is not authorised, or Blesta cannot reach the vendor, or the key is wrong.";
  return new KeyturnError('PANEL_REFUSED', what, {
    fix: "Add Blesta's address to DomainNameAPI's IP authorization settings, and see that Blesta can reach the vendor.",
    untouched: KEPT,
    context: { reason: 'not-usable-from-panel' },
  });
}
