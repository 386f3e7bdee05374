import { z } from 'zod';
import { joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { jsonBody } from '../../shared/panel-answer.ts';
import { noAnswer, refusedCall } from './errors.ts';
import type { HostbillOptions } from './options.ts';

/** HostBill's envelope: `success` tells all, whatever the status; `error` is a list, or a record in some versions. */
const errorList = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()), z.string()]).transform(textsOf);
const envelopeSchema = z.looseObject({ success: z.boolean(), error: errorList.optional().catch(undefined) });
export type Answer = z.infer<typeof envelopeSchema>;

export interface HostbillApi {
  /** For the reader: `HostBill at billing.example.com`. */
  readonly where: string;
  readonly path: string;
  /** Calls one function of the admin API. Throws a KeyturnError for a refusal and for anything that is not the API speaking. */
  call(name: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
}

/** HostBill's admin API: one form-encoded POST per call to `api.php` in the admin folder, so that the key stays out of addresses. */
export function createHostbillApi(options: HostbillOptions, deps: ProviderDeps): HostbillApi {
  const base = parseBaseUrl(options.url, 'The url of the HostBill panel');
  const url = joinUrl(base, 'api.php');
  const where = `HostBill at ${base.host}`;
  return {
    where,
    path: url.pathname,
    async call(name, fields, signal) {
      const [id, key] = await Promise.all([
        deps.resolveSecret(options.apiId, signal),
        deps.resolveSecret(options.apiKey, signal),
      ]);
      const body = new URLSearchParams({ ...fields, call: name, api_id: id.reveal(), api_key: key.reveal() });
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
      const response = await deps.http.send({ method: 'POST', url, headers, body: body.toString() }, signal);
      const parsed = envelopeSchema.safeParse(jsonBody(response));
      // A status that says "later" says more than any text beside it.
      const later = response.status === 429 || response.status >= 500;
      if (!parsed.success || later) throw noAnswer(where, response, deps.clock.now());
      if (!parsed.data.success)
        throw refusedCall({ where, name, status: response.status, texts: parsed.data.error ?? [] });
      return parsed.data;
    },
  };
}

function textsOf(error: string | readonly unknown[] | Readonly<Record<string, unknown>>): string[] {
  const list = typeof error === 'string' ? [error] : Object.values(error);
  return list.filter((text) => typeof text === 'string').slice(0, 20);
}
