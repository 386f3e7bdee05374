import type { Environment } from '../../../src/core/model.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';
import { booleanSchema } from './schema.ts';
import type { BlestaClient } from './transport.ts';

/** The vendor takes about one call a second per key and answers more of them with 429, which Blesta shows as "no". */
export const VENDOR_PAUSE_MS = 1100;

export interface Question {
  readonly moduleId: string;
  readonly rowId: string;
  readonly user: string;
  readonly key: SecretValue;
  /**
   * `0` is live and `true` is test to every version, whether it looks for the text `true` or for any text that PHP takes for true.
   * `false` is what the module itself sends when a live row is saved; from library 3.0.2 on that means the test environment
   * (reference domainnameapi.md, section 7).
   */
  readonly sandbox: Sandbox | 'false';
}

export type Sandbox = '0' | 'true';

export function sandboxFor(environment: Environment): Sandbox {
  return environment === 'test' ? 'true' : '0';
}

/** Has the module ask the vendor with the given pair, from Blesta's address. True is a yes; false may have any reason. */
export function askVendor(client: BlestaClient, question: Question, signal: AbortSignal): Promise<boolean> {
  const values = {
    module_id: question.moduleId,
    method: 'validateConnection',
    params: [question.key.reveal(), question.user, question.sandbox],
    module_row_id: question.rowId,
  };
  return client.call({ verb: 'POST', method: 'moduleRpc', values, schema: booleanSchema }, signal);
}
