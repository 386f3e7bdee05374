import { z } from 'zod';
import { KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Carrier } from '../../shared/connector/carrier.ts';
import { type HttpResponse, joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { unusableAnswer } from '../../shared/panel-answer.ts';
import { encodeForm } from './form.ts';
import type { BlestaClient } from './transport.ts';

/** The plugin's model as Blesta's API wants it since version 4: in CamelCase. */
const MODEL = { model: 'Keyturn.KeyturnConnector', method: 'answer' } as const;
/** The plugin's controller for letters. */
const PAGE = 'plugin/keyturn/main/index/';

/** Letters go through Blesta's API to a method of the plugin, so that the API key is asked for as well. */
export function createApiCarrier(url: string, client: BlestaClient): Carrier {
  const base = parseBaseUrl(url, 'The url of the Blesta panel');
  return {
    where: client.where,
    path: joinUrl(base, `api/${MODEL.model}/${MODEL.method}.json`).pathname,
    async post(keyturn, signal) {
      const request = { ...MODEL, verb: 'POST', values: { keyturn }, schema: z.string() } as const;
      try {
        return await client.call(request, signal);
      } catch (thrown) {
        throw toKeyturnError(thrown).code === 'CAPABILITY_MISSING' ? notInstalled(client.where) : thrown;
      }
    },
  };
}

/** Letters go to the plugin's own address, which takes nothing else: no API key, and with it no right to everything, is needed. */
export function createPluginCarrier(url: string, { http, clock }: Pick<ProviderDeps, 'http' | 'clock'>): Carrier {
  const base = parseBaseUrl(url, 'The url of the Blesta panel');
  const where = `Blesta at ${base.host}`;
  const page = joinUrl(base, PAGE);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/plain' };
  return {
    where,
    path: page.pathname,
    async post(keyturn, signal) {
      const body = encodeForm({ keyturn });
      const response = await http.send({ method: 'POST', url: page, headers, body }, signal);
      if (response.status === 404) throw notInstalled(where);
      const reply = replyIn(response);
      if (reply === undefined) throw unusableAnswer(where, response, clock.now());
      return reply;
    },
  };
}

/** PHP may print notices of its own before the reply, if its `display_errors` is on. */
function replyIn({ status, text }: HttpResponse): string | undefined {
  return status === 200 ? /(?:^|\s)([\w-]{100,})\s*$/.exec(text)?.[1] : undefined;
}

function notInstalled(where: string): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `${where} does not have the plugin Keyturn installed.`, {
    fix: 'Unpack the archive of keyturn connector build <panel>, then install Keyturn at Settings > Company > Plugins > Available.',
    untouched: 'Nothing was written.',
  });
}
