import { KeyturnError } from '../../../src/core/errors.ts';
import type { ModuleFacts } from '../../../src/core/observation.ts';
import { joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { jsonBody, unusableAnswer } from '../../shared/panel-answer.ts';
import { type Refusal, whmcsError } from './errors.ts';
import type { WhmcsOptions } from './options.ts';
import { answerSchema, moduleFileSchema, type WhmcsSuccess } from './schema.ts';

export type Reply =
  | { readonly ok: true; readonly answer: WhmcsSuccess }
  /** `registrarText`: what the registrar module said, if WHMCS passed that on apart from its own message. */
  | { readonly ok: false; readonly refusal: Refusal; readonly registrarText: string };

export interface WhmcsClient {
  /** For the reader: `WHMCS at billing.example.com`. */
  readonly where: string;
  /** The path of the API's address, as WHMCS sees it. */
  readonly path: string;
  /** Calls one action; WHMCS's refusal comes back as a value. Throws if no answer of the API came. */
  send(action: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply>;
  /** Calls one action; a refusal throws (`whmcsError`). */
  call(action: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<WhmcsSuccess>;
  /** The module's version from its static file, if the web server hands that out. */
  moduleVersion(signal: AbortSignal): Promise<string | undefined>;
}

/** WHMCS's API over one form-encoded POST per action. The credential travels in the body, never in the address. */
export function createWhmcsClient(options: WhmcsOptions, deps: ProviderDeps): WhmcsClient {
  const base = parseBaseUrl(options.url, 'The url of the WHMCS panel');
  const where = `WHMCS at ${base.host}`;
  const url = joinUrl(base, 'includes/api.php');

  async function send(action: string, fields: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply> {
    const access = await accessFields(options, deps, signal);
    const body = new URLSearchParams({ ...fields, ...access, action, responsetype: 'json' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const response = await deps.http.send({ method: 'POST', url, headers, body: body.toString() }, signal);
    const parsed = answerSchema.safeParse(jsonBody(response));
    if (!parsed.success) throw unusableAnswer(where, response, deps.clock.now());
    if (parsed.data.result === 'success') return { ok: true, answer: parsed.data };
    const { message, error } = parsed.data;
    return { ok: false, refusal: { where, action, status: response.status, message }, registrarText: error };
  }

  return {
    where,
    path: new URL(url).pathname,
    send,
    async call(action, fields, signal) {
      const reply = await send(action, fields, signal);
      if (!reply.ok) throw whmcsError(reply.refusal);
      return reply.answer;
    },
    async moduleVersion(signal) {
      const url = joinUrl(base, 'modules/registrars/domainnameapi/whmcs.json');
      const response = await deps.http.send({ method: 'GET', url }, signal);
      const parsed = moduleFileSchema.safeParse(response.status === 200 ? jsonBody(response) : undefined);
      return parsed.success ? parsed.data.schema : undefined;
    },
  };
}

async function accessFields(
  options: WhmcsOptions,
  deps: ProviderDeps,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const [identifier, secret, accessKey] = await Promise.all([
    deps.resolveSecret(options.identifier, signal),
    deps.resolveSecret(options.secret, signal),
    options.accessKey && deps.resolveSecret(options.accessKey, signal),
  ]);
  return {
    identifier: identifier.reveal(),
    secret: secret.reveal(),
    ...(accessKey && { accesskey: accessKey.reveal() }),
  };
}

/**
 * The module's version if it can be told; its library has the same number (reference domainnameapi.md, section 8.2). A failure to
 * tell it is no failure of the step, except that an abort stays one.
 */
export async function toldModuleFacts(client: WhmcsClient, signal: AbortSignal): Promise<ModuleFacts> {
  try {
    const version = await client.moduleVersion(signal);
    return version === undefined ? {} : { moduleVersion: version, libraryVersion: version };
  } catch (error) {
    if (error instanceof KeyturnError && error.code !== 'ABORTED') return {};
    throw error;
  }
}
