import { styleText } from 'node:util';
import type { KeyturnError } from '../core/errors.ts';
import { redact } from '../core/redact.ts';

type Style = Parameters<typeof styleText>[0];

/**
 * The terminal: results to standard output, everything else to standard error. With `json` the result is one JSON document and
 * nothing else goes to standard output. Every line passes the redactor.
 */
export interface Output {
  readonly json: boolean;
  /** For people, to standard output; silent with `json`. */
  say(text?: string): void;
  /** What is going on, to standard error. */
  note(text: string): void;
  /** Repaints a block on a terminal; elsewhere prints only lines that are new. */
  progress(lines: readonly string[]): Promise<void>;
  /** Leaves the last progress block standing. */
  progressDone(): Promise<void>;
  result(document: object): void;
  failure(error: KeyturnError): void;
}

export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

export function createOutput(json: boolean): Output {
  const live = process.stderr.isTTY && !json;
  const printed = new Set<string>();
  const out = (text: string): void => void process.stdout.write(`${redact(text)}\n`);
  const err = (text: string): void => void process.stderr.write(`${redact(text)}\n`);
  return {
    json,
    say: (text = '') => (json ? undefined : out(text)),
    note: err,
    async progress(lines) {
      if (live) return (await import('log-update')).logUpdateStderr(redact(lines.join('\n')));
      for (const line of lines) {
        if (!printed.has(line)) err(line);
        printed.add(line);
      }
    },
    async progressDone() {
      if (live) (await import('log-update')).logUpdateStderr.done();
      printed.clear();
    },
    result: (document) => (json ? out(JSON.stringify(document, undefined, 2)) : undefined),
    failure(error) {
      const { code, safeMessage, untouched, fix } = error;
      if (json) out(JSON.stringify({ error: { code, message: safeMessage, untouched, fix } }, undefined, 2));
      err([`keyturn: ${safeMessage}`, untouched, fix].filter((part) => part !== undefined).join(' '));
    },
  };
}
