import { z } from 'zod';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { Carrier } from '../../shared/connector/carrier.ts';
import type { Answer, HostbillApi } from './api.ts';

/** The function that the connector's API controller adds; `call=module` reaches it. */
const LETTER = { module: 'keyturn', fn: 'letter' } as const;

const letterSchema = z.looseObject({ keyturn: z.string() });

/** Letters travel through `call=module`, HostBill's own way to the functions of a plugin: it checks API key, address and function list. */
export function createHostbillCarrier(api: HostbillApi): Carrier {
  return {
    where: api.where,
    path: api.path,
    async post(letter, signal) {
      const reply = replyIn(await api.call('module', { ...LETTER, keyturn: letter }, signal));
      if (reply !== undefined) return reply;
      throw new KeyturnError('CAPABILITY_MISSING', `${api.where} took the call, but its connector did not answer.`, {
        fix: 'Install the connector (keyturn connector build <panel>) and activate the plugin Keyturn: Settings > Modules.',
      });
    },
  };
}

/** What a controller returns stands beside `success`; whether every version puts it there, or one level down, is not documented. */
function replyIn(answer: Answer): string | undefined {
  for (const candidate of [answer, ...Object.values(answer)]) {
    const parsed = letterSchema.safeParse(candidate);
    if (parsed.success) return parsed.data.keyturn;
  }
  return undefined;
}
