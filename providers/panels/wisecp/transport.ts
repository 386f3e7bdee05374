import type { HttpResponse } from '../../shared/http.ts';
import { joinUrl, parseBaseUrl } from '../../shared/http.ts';
import type { ProviderDeps } from '../../shared/kinds.ts';
import { jsonBody, unusableAnswer } from '../../shared/panel-answer.ts';
import { type Call, refusalOfCode, refusalOfText, wisecpError } from './errors.ts';
import type { WisecpOptions } from './options.ts';
import { answerV3, answerV5 } from './schema.ts';

export interface WisecpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the panel's address, for example `api/v1/admin/modules/domain`. */
  readonly path: string;
  /** The permission it needs. */
  readonly scope: string;
  readonly body?: unknown;
}

export interface WisecpClient {
  /** For the reader: `WISECP at billing.example.com`. */
  readonly where: string;
  /** The address that a path stands for. */
  url(path: string): URL;
  /** Sends one call and gives its `data`. Throws for a refusal (`wisecpError`) and for what is no answer of the API. */
  call(request: WisecpRequest, signal: AbortSignal): Promise<unknown>;
}

/** Both generations of WISECP's API: JSON in and out, the key in a header. */
export function createWisecpClient(options: WisecpOptions, deps: ProviderDeps): WisecpClient {
  const { generation } = options;
  const base = parseBaseUrl(options.url, 'The url of the WISECP panel');
  const where = `WISECP at ${base.host}`;
  return {
    where,
    url: (path) => joinUrl(base, path),
    async call({ method, path, scope, body }, signal) {
      const key = (await deps.resolveSecret(options.apiKey, signal)).reveal();
      const access = generation === 'v5' ? { authorization: `Bearer ${key}` } : { apikey: key };
      const headers = { ...access, accept: 'application/json', 'content-type': 'application/json' };
      const text = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await deps.http.send({ method, url: joinUrl(base, path), headers, ...text }, signal);
      const now = deps.clock.now();
      return generation === 'v5'
        ? dataOfV5({ where, generation, scope }, response, now)
        : dataOfV3({ where, generation, scope }, response, now);
    },
  };
}

function dataOfV5(call: Call, response: HttpResponse, nowMs: number): unknown {
  const parsed = answerV5.safeParse(jsonBody(response));
  if (!parsed.success) throw noAnswer(call, response, nowMs);
  if ('error' in parsed.data) {
    throw wisecpError(call, refusalOfCode(parsed.data.error.code, response.status), response, nowMs);
  }
  if (!isSuccess(response)) throw unusableAnswer(call.where, response, nowMs);
  return parsed.data.data;
}

function dataOfV3(call: Call, response: HttpResponse, nowMs: number): unknown {
  const parsed = answerV3.safeParse(jsonBody(response));
  if (!parsed.success) throw noAnswer(call, response, nowMs);
  if (parsed.data.status === 'error') {
    throw wisecpError(call, refusalOfText(parsed.data.message, response.status), response, nowMs);
  }
  if (!isSuccess(response)) throw unusableAnswer(call.where, response, nowMs);
  return parsed.data.data;
}

/** Without its API, or without this very generation of it, WISECP answers with its own "not found" page. */
function noAnswer(call: Call, response: HttpResponse, nowMs: number): Error {
  return response.status === 404
    ? wisecpError(call, 'missing', response, nowMs)
    : unusableAnswer(call.where, response, nowMs);
}

function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}
