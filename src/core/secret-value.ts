import { inspect } from 'node:util';
import { registerSecret } from './redact.ts';

const REDACTED = '[redacted]';

/**
 * A value that must never be shown: an API key, a store payload, a panel's password.
 *
 * Printing, serialising, inspecting or cloning it gives `[redacted]` or nothing. `reveal()` is the only exit; its callers are
 * a short list held by lint (DESIGN.md section 7). Creating one registers the value with the redactor, so that even a text
 * built by somebody else's code loses it before it reaches a log line or a terminal.
 */
export class SecretValue {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    registerSecret(value);
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
