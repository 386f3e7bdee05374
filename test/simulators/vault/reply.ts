import { json, type WebAnswer } from '../shared/web.ts';

/** An error that is answered in Vault's form. */
export class VaultError extends Error {
  readonly status: number;
  readonly errors: readonly string[];

  constructor(status: number, ...errors: readonly string[]) {
    super(errors.join('; '));
    this.status = status;
    this.errors = errors;
  }
}

export function refused(status: number, ...errors: readonly string[]): WebAnswer {
  return json(status, { errors });
}

let counter = 0;

/** The envelope of every answer with data or a token. */
export function envelope(status: number, parts: { readonly data?: unknown; readonly auth?: unknown }): WebAnswer {
  counter += 1;
  const head = { request_id: `request-${counter}`, lease_id: '', renewable: false, lease_duration: 0 };
  const { data = null, auth = null } = parts;
  return json(status, { ...head, data, wrap_info: null, warnings: null, auth });
}

export const NO_CONTENT: WebAnswer = { status: 204, headers: { 'content-type': 'application/json' }, body: '' };
