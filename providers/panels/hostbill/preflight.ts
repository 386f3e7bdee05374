import { z } from 'zod';
import { toKeyturnError } from '../../../src/core/errors.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { findingOf, ok, warning } from '../../shared/findings.ts';
import type { HostbillApi } from './api.ts';
import { isFunctionDenied } from './errors.ts';

const versionSchema = z.looseObject({ version: z.string().regex(/^[\w.+-]{1,40}$/) });

/** A function that Keyturn does not need and that changes nothing: a key that may call it has not been trimmed. */
const NOT_NEEDED = 'getAPIMethods';

/** What HostBill's own API tells before the connector is asked. Failures become findings; only an abort is thrown. */
export async function preflightHostbill(api: HostbillApi, signal: AbortSignal): Promise<Finding[]> {
  const answers = await versionFinding(api, signal);
  if (answers.level === 'blocker') return [answers];
  return [answers, ...(await rightsFindings(api, signal))];
}

async function versionFinding(api: HostbillApi, signal: AbortSignal): Promise<Finding> {
  try {
    const told = versionSchema.safeParse(await api.call('getHostBillversion', {}, signal));
    return ok(`${api.where} answers${told.success ? ` (version ${told.data.version})` : ''}.`);
  } catch (thrown) {
    if (!isFunctionDenied(toKeyturnError(thrown))) return findingOf(thrown);
    return warning(
      `${api.where} answers, but its version cannot be told: the API key may not call getHostBillversion.`,
      'Tick getHostBillversion for this API key: Settings > Security > API Access.',
    );
  }
}

/** New keys may call everything, and HostBill tells nobody what a key may do; so one call that must be refused is tried. */
async function rightsFindings(api: HostbillApi, signal: AbortSignal): Promise<Finding[]> {
  try {
    await api.call(NOT_NEEDED, {}, signal);
    return [
      warning(
        `The API key of ${api.where} may do more than Keyturn needs: it can call ${NOT_NEEDED}.`,
        'Leave only module and getHostBillversion ticked for it: Settings > Security > API Access.',
      ),
    ];
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (error.code === 'ABORTED' || error.disposition === 'bug') throw thrown;
    return [];
  }
}
