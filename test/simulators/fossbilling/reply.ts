import { json, type WebAnswer, withHeader } from '../shared/web.ts';
import type { PanelConfig } from './config.ts';

/** What the API threw. 9999 stands for an exception without a code. */
export interface Failure {
  readonly code: number | string;
  readonly message: string;
}

/** Thrown by a method; becomes the answer's `error`. */
export class ApiError extends Error {
  readonly code: number | string;

  constructor(message: string, code: number | string = 9999) {
    super(message);
    this.code = code;
  }
}

const UNAUTHORIZED = [201, 202, 203, 204, 205, 206, 1002, 1004];
const OWN_STATUS: Readonly<Record<number, number>> = { 403: 403, 740: 404, 429: 429, 503: 503 };

/** A good answer. */
export function result(value: unknown): WebAnswer {
  return json(200, { result: value, error: null });
}

/** A refusal with the status that this release gives its code. */
export function refused(config: PanelConfig, { message, code }: Failure, retryAfter?: number): WebAnswer {
  const shown = config.translated ? `Hata: ${String(code)}` : message;
  const body = { result: null, error: { message: shown, code } };
  return withHeader(json(statusOf(config, Number(code)), body), 'retry-after', retryAfter);
}

function statusOf({ release }: PanelConfig, code: number): number {
  if (UNAUTHORIZED.includes(code)) return 401;
  if (code === 701 || code === 879) return 400;
  if (release === '0.7') return code === 403 ? 401 : 200;
  return OWN_STATUS[code] ?? 200;
}
