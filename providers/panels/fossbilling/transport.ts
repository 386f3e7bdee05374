import type { ZodType } from 'zod';
import type { Clock } from '../../../src/core/ports.ts';
import { type HttpRequest, type HttpResponse, joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { jsonBody, unusableAnswer } from '../../shared/panel-answer.ts';
import { type Call, errorOfCode, isPlainRefusal, refusal, unexpectedValue } from './errors.ts';
import type { FossbillingOptions } from './options.ts';
import { envelopeSchema } from './schema.ts';

export interface FossbillingRequest<T> {
  /** `guest` calls go without the token. */
  readonly role: 'admin' | 'guest';
  /** A method of the Servicedomain module's API. */
  readonly method: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly schema: ZodType<T>;
}

/** `ok: false` is a refusal without a reason of its own; every other failure throws. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

export interface FossbillingClient {
  /** For the reader: `FOSSBilling at billing.example.com`. */
  readonly where: string;
  /** Sends one call; a plain refusal comes back as a value. Throws if the call was not let in or no answer of the API came. */
  send<T>(request: FossbillingRequest<T>, signal: AbortSignal): Promise<Reply<T>>;
  /** Sends one call; a plain refusal throws PANEL_REFUSED. */
  call<T>(request: FossbillingRequest<T>, signal: AbortSignal): Promise<T>;
}

/** What a step on a FOSSBilling works with: the panel, and a clock for the vendor's pace. */
export interface Fossbilling {
  readonly client: FossbillingClient;
  readonly clock: Clock;
}

/** FOSSBilling's API: JSON over POST. The token travels in a header, values in the body, nothing in the address. */
export function createFossbillingClient(options: FossbillingOptions, deps: ProviderDeps): FossbillingClient {
  const base = parseBaseUrl(options.url, 'The url of the FOSSBilling panel');
  const where = `FOSSBilling at ${base.host}`;

  async function send<T>(request: FossbillingRequest<T>, signal: AbortSignal): Promise<Reply<T>> {
    const call = { where, method: `${request.role}/servicedomain/${request.method}` };
    const headers = request.role === 'admin' ? await signIn(options, deps, signal) : {};
    const response = await deps.http.send(messageFor(base, call, request.values, headers), signal);
    return readReply(call, response, request.schema, deps.clock.now());
  }

  return {
    where,
    send,
    async call(request, signal) {
      const reply = await send(request, signal);
      if (!reply.ok) throw refusal({ where, method: `${request.role}/servicedomain/${request.method}` });
      return reply.value;
    },
  };
}

/** The user name is the word `admin` for every staff member. */
async function signIn(
  options: FossbillingOptions,
  deps: ProviderDeps,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const token = await deps.resolveSecret(options.token, signal);
  return { authorization: `Basic ${Buffer.from(`admin:${token.reveal()}`).toString('base64')}` };
}

function messageFor(
  base: URL,
  call: Call,
  values: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  return {
    method: 'POST',
    url: joinUrl(base, `api/${call.method}`),
    // An installation may be set to take calls only with a Referer of its own.
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json', referer: base.href },
    body: JSON.stringify(values),
  };
}

function readReply<T>(call: Call, response: HttpResponse, schema: ZodType<T>, nowMs: number): Reply<T> {
  const envelope = envelopeSchema.safeParse(jsonBody(response));
  if (!envelope.success) throw unusableAnswer(call.where, response, nowMs);
  const { error, result } = envelope.data;
  if (error !== null) {
    if (isPlainRefusal(error.code)) return { ok: false };
    throw errorOfCode(call, error.code, response, nowMs);
  }
  if (response.status !== 200) throw unusableAnswer(call.where, response, nowMs);
  const value = schema.safeParse(result);
  if (!value.success) throw unexpectedValue(call);
  return { ok: true, value: value.data };
}
