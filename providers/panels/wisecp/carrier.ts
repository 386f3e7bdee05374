import { KeyturnError } from '../../../src/core/errors.ts';
import type { Carrier } from '../../shared/connector/carrier.ts';
import type { WisecpOptions } from './options.ts';
import { letterSchema } from './schema.ts';
import type { WisecpClient, WisecpRequest } from './transport.ts';

/** The addon's own entry in WISECP 5, where every key is told which ones it may use. */
const ENTRY_V5 = { path: 'api/v1/admin/keyturn/letter', scope: 'Module:Addons/Keyturn/letter' };
const ACTION_V3 = 'Keyturn/Letter';

/** Letters as one JSON field of an action that the Keyturn addon gives to WISECP's own API. */
export function createWisecpCarrier(
  client: WisecpClient,
  options: Pick<WisecpOptions, 'generation' | 'action'>,
): Carrier {
  const request = { method: 'POST', ...entryOf(options) } as const satisfies WisecpRequest;
  return {
    where: client.where,
    path: client.url(request.path).pathname,
    async post(letter, signal) {
      const reply = letterSchema.safeParse(await client.call({ ...request, body: { keyturn: letter } }, signal));
      if (reply.success) return reply.data.keyturn;
      throw new KeyturnError('UNEXPECTED_RESPONSE', `${client.where} answered with something that is no letter.`, {
        fix: 'See that the addon "Keyturn" is the one that keyturn connector build made, and that nothing changes its answers.',
      });
    },
  };
}

function entryOf({ generation, action = ACTION_V3 }: Pick<WisecpOptions, 'generation' | 'action'>) {
  return generation === 'v5' ? ENTRY_V5 : { path: `api/${action}`, scope: action };
}
