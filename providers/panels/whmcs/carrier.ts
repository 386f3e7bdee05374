import { z } from 'zod';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Carrier } from '../../shared/connector/carrier.ts';
import { type Refusal, whmcsError } from './errors.ts';
import type { WhmcsClient } from './transport.ts';

/** The custom action that the connector adds: includes/api/keyturnconnector.php. */
const ACTION = 'keyturnconnector';

const letterSchema = z.looseObject({ keyturn: z.string() });

const INSTALL = 'Unpack the whole archive in the root folder of WHMCS: keyturn connector build <panel>';

/** Letters travel as a field of a custom API action: WHMCS checks the address, the API credential and its role before it is run. */
export function createWhmcsCarrier(client: WhmcsClient): Carrier {
  const { where, path } = client;
  return {
    where,
    path,
    async post(letter, signal) {
      const reply = await client.send(ACTION, { keyturn: letter }, signal);
      if (!reply.ok) throw refusalOfAction(reply.refusal);
      const parsed = letterSchema.safeParse(reply.answer);
      if (parsed.success) return parsed.data.keyturn;
      throw new KeyturnError('CAPABILITY_MISSING', `${where} ran the action ${ACTION}, but no connector answered.`, {
        fix: INSTALL,
      });
    },
  };
}

/** What WHMCS says of a custom action means something else than of one of its own. */
function refusalOfAction(refusal: Refusal): KeyturnError {
  const { where, status, message } = refusal;
  const context = { action: ACTION, status };
  if (/^invalid permissions\b/i.test(message)) {
    return new KeyturnError(
      'PERMISSION_DENIED',
      `${where} does not let this API credential use the action of the connector (${ACTION}).`,
      {
        fix:
          `Tick KeyturnConnector in the credential's API role: System Settings > API Credentials > API Roles. ` +
          `If the role does not list it, the connector is not installed. ${INSTALL}`,
        context: { ...context, reason: 'role' },
      },
    );
  }
  if (/^(invalid api action|keyturn connector incomplete)\b/i.test(message)) {
    const what = /^invalid/i.test(message) ? 'has no connector' : 'has only a part of the connector';
    return new KeyturnError('CAPABILITY_MISSING', `${where} ${what}.`, { fix: INSTALL, context });
  }
  return whmcsError(refusal);
}
