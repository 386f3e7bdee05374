import { shapeOf } from '../../../src/core/field-facts.ts';
import type { Environment } from '../../../src/core/model.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { blocker, findingOf, ok, warning } from '../../shared/findings.ts';
import { versionFinding } from '../../shared/module-version.ts';
import { askVendor, VENDOR_PAUSE_MS } from './connection.ts';
import type { BlestaBinding } from './options.ts';
import { findRow, isKeyReadable, moduleFacts, type Place, rowMissing } from './row.ts';
import type { Blesta } from './transport.ts';

/** Everything about one Blesta that can be found out without writing. Failures become findings; only an abort is thrown. */
export async function preflightBlesta(
  { client, clock }: Blesta,
  binding: BlestaBinding,
  environment: Environment,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const place = await findRow(client, binding, signal);
    const version = versionFinding('Blesta', 'blesta', moduleFacts(place.module));
    const reached = ok(`${client.where} answers, and the Domain Name API module is installed.`);
    const found = [reached, ...(version ? [version] : []), rowFinding(client.where, place)];
    if (environment === 'test' || !place.row) return found;
    return [...found, await validationFinding({ client, clock }, place, signal)];
  } catch (thrown) {
    return [findingOf(thrown)];
  }
}

function rowFinding(where: string, { row }: Place): Finding {
  if (!row) return findingOf(rowMissing(where));
  if (isKeyReadable(row)) return ok(`Account row ${row.id} can be read.`);
  return warning(
    `${where} hands out the stored key masked or encrypted, so drift in it cannot be seen.`,
    'Rely on the check, or give the panel the plugin Keyturn: keyturn connector build <panel>',
  );
}

/**
 * Finds out beforehand whether the module, on saving a live row, asks the test system (reference domainnameapi.md, section 2,
 * point 3): the same question once as it should be put and once as the module puts it. A no among a yes and a no is asked for
 * once more, because it may have been the vendor's pace. Calls are a pause apart.
 */
async function validationFinding(
  { client, clock }: Blesta,
  { module, row }: Place,
  signal: AbortSignal,
): Promise<Finding> {
  if (!row || shapeOf(row.user) !== 'uuid') return undecided('the row holds no Reseller ID yet');
  const question = { moduleId: module.id, rowId: row.id, user: row.user, key: row.key };
  async function askAfterPause(sandbox: '0' | 'false'): Promise<boolean> {
    await clock.sleep(VENDOR_PAUSE_MS, signal);
    return askVendor(client, { ...question, sandbox }, signal);
  }
  const asItShould = await askVendor(client, { ...question, sandbox: '0' }, signal);
  const asOnSaving = await askAfterPause('false');
  if (!asItShould && !asOnSaving)
    return undecided('the vendor accepts the present key in neither way, or cannot be reached');
  const agree = asItShould === asOnSaving || (await askAfterPause(asItShould ? 'false' : '0'));
  if (agree) return ok('Saving a live credential in Blesta validates it against the live system.');
  return blocker(
    `On saving a live row, the module in ${client.where} asks the vendor's test system, so it would refuse the live key.`,
    "Before the key is changed, give the panel Keyturn's plugin, which saves such a key (keyturn connector build <panel>), or update the module to a version in which this is mended.",
  );
}

function undecided(why: string): Finding {
  return warning(
    `Whether Blesta validates a live credential against the live system could not be told: ${why}.`,
    "Save the module's row by hand once; if Blesta takes the live key, Keyturn can save it too.",
  );
}
