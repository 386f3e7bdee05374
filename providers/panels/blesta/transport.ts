import type { ZodType } from 'zod';
import type { Clock } from '../../../src/core/ports.ts';
import { type HttpRequest, type HttpResponse, joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { jsonBody } from '../../shared/panel-answer.ts';
import { type BlestaErrors, type Call, refusal, refusedFields, statusError, unexpectedValue } from './errors.ts';
import { encodeForm, type FormValue } from './form.ts';
import type { BlestaAccess } from './options.ts';
import { envelopeSchema } from './schema.ts';

export type Values = Readonly<Record<string, FormValue>>;

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: BlestaErrors };

export interface BlestaRequest<T> {
  readonly verb: 'GET' | 'POST' | 'PUT';
  /** As it stands in the address; ModuleManager if left out. */
  readonly model?: string;
  readonly method: string;
  readonly values: Values;
  readonly schema: ZodType<T>;
}

export interface BlestaClient {
  /** For the reader: `Blesta at billing.example.com`. */
  readonly where: string;
  /** Sends one call; field errors come back as a value. Throws if the call was not let in or no answer of the API came. */
  send<T>(request: BlestaRequest<T>, signal: AbortSignal): Promise<Reply<T>>;
  /** Sends one call; field errors throw PANEL_REFUSED. */
  call<T>(request: BlestaRequest<T>, signal: AbortSignal): Promise<T>;
}

/** What a step on a Blesta works with: the panel, and a clock for the vendor's pace. */
export interface Blesta {
  readonly client: BlestaClient;
  readonly clock: Clock;
}

/** Blesta's API with the key in headers. Values of a GET go into the address, so a GET never carries a secret. */
export function createBlestaClient(options: BlestaAccess, deps: ProviderDeps): BlestaClient {
  const base = parseBaseUrl(options.url, 'The url of the Blesta panel');
  const where = `Blesta at ${base.host}`;

  async function send<T>(request: BlestaRequest<T>, signal: AbortSignal): Promise<Reply<T>> {
    const key = await deps.resolveSecret(options.key, signal);
    const headers = { accept: 'application/json', 'blesta-api-user': options.user, 'blesta-api-key': key.reveal() };
    const response = await deps.http.send(messageFor(base, request, headers), signal);
    const call: Call = { where, method: nameOf(request) };
    return readReply(call, response, request.schema, deps.clock.now());
  }

  return {
    where,
    send,
    async call(request, signal) {
      const reply = await send(request, signal);
      if (!reply.ok) throw refusal({ where, method: nameOf(request) }, 400);
      return reply.value;
    },
  };
}

function nameOf({ model = 'module_manager', method }: Pick<BlestaRequest<unknown>, 'model' | 'method'>): string {
  return `${model}/${method}`;
}

function messageFor(
  base: URL,
  request: BlestaRequest<unknown>,
  headers: Readonly<Record<string, string>>,
): HttpRequest {
  const url = joinUrl(base, `api/${nameOf(request)}.json`);
  const form = encodeForm(request.values);
  if (request.verb !== 'GET') {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: request.verb, url, headers: { ...headers, ...type }, body: form };
  }
  url.search = form;
  return { method: 'GET', url, headers };
}

function readReply<T>(call: Call, response: HttpResponse, schema: ZodType<T>, nowMs: number): Reply<T> {
  const { status } = response;
  const envelope = envelopeSchema.safeParse(jsonBody(response));
  const denied = statusError(call, response, envelope.success, nowMs);
  if (denied) throw denied;
  const errors = refusedFields(envelope.data?.errors);
  if (errors) return { ok: false, errors };
  if (status >= 400) throw refusal(call, status);
  const value = schema.safeParse(envelope.data?.response);
  if (status < 200 || status >= 300 || !value.success) throw unexpectedValue(call, status);
  return { ok: true, value: value.data };
}
