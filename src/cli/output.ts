import { styleText } from 'node:util';
import type { KeyturnError } from '../core/errors.ts';
import { redact } from '../core/redact.ts';
import { redactJson } from '../core/redact-json.ts';
import { hang, hangLine } from './text.ts';

type Style = Parameters<typeof styleText>[0];

/** Where no terminal repaints, progress is at most this often a new line. */
const PLAIN_PROGRESS_MS = 2_000;

/**
 * The terminal: results to standard output, everything else to standard error. With `json` the result is one JSON document and
 * nothing else goes to standard output. Every line passes the redactor.
 */
export interface Output {
  readonly json: boolean;
  /** For people, to standard output; silent with `json`. */
  say(text?: string): void;
  /** The same for a line of a list: its indentation and mark stay in front of its further lines. */
  sayLine(line: string): void;
  /** The same with a label, below which the lines of a long text stay together. */
  sayHung(label: string, text: string, style?: Style): void;
  /** What is going on, to standard error. */
  note(text: string): void;
  /** Repaints a block on a terminal; elsewhere prints what is new, now and then. */
  progress(lines: readonly string[]): Promise<void>;
  /** Leaves the last progress block standing; with `clear`, takes it away, because a result that says more comes now. */
  progressDone(options?: { readonly clear: boolean }): Promise<void>;
  result(document: object): void;
  failure(error: KeyturnError): void;
}

export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

const ESCAPE = String.fromCharCode(27);
/** All that steers a terminal but line breaks, tabs and colours; and what turns the direction of writing around. */
const STEERING = new RegExp(`(?!\\n|\\t|${ESCAPE}\\[[\\d;]{0,12}m)[\\p{Cc}\\p{Bidi_Control}]`, 'gu');

/** Whoever can write the ledger in Redis would otherwise write on the operator's terminal too. */
function harmless(text: string): string {
  return redact(text.replace(STEERING, ''));
}

function out(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

function err(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

export function createOutput(json: boolean): Output {
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  return {
    json,
    say: (text = '') => (json ? undefined : out(text)),
    sayLine: (line) => (json ? undefined : out(hangLine(line, columns))),
    sayHung(label, text, style) {
      if (json) return;
      const lines = hang(label, text, columns);
      out(style === undefined ? lines : paint(style, label) + lines.slice(label.length));
    },
    note: (text) => err(hang('', text, process.stderr.isTTY ? process.stderr.columns : undefined)),
    ...(process.stderr.isTTY && !json ? liveProgress() : plainProgress()),
    result: (document) => (json ? writeJson(document) : undefined),
    failure(error) {
      if (json) writeJson(errorDocument(error));
      err(errorText(error));
    },
  };
}

/** Cleaned text by text, so that it stays the document that docs/json-output.md promises. */
function writeJson(document: object): void {
  const plain: unknown = JSON.parse(JSON.stringify(document));
  process.stdout.write(`${JSON.stringify(redactJson(plain), undefined, 2)}\n`);
}

/** What happened, what was not touched, what to do: one line, or one block below a list of problems. */
function errorText({ safeMessage, untouched, fix }: KeyturnError): string {
  const advice = [untouched, fix].filter((part) => part !== undefined).join(' ');
  const separator = safeMessage.includes('\n') ? '\n' : ' ';
  return `keyturn: ${safeMessage}${advice === '' ? '' : separator + advice}`;
}

function errorDocument({ code, safeMessage, untouched, fix }: KeyturnError): object {
  return { error: { code, message: safeMessage, untouched: untouched ?? null, fix: fix ?? null } };
}

type Progress = Pick<Output, 'progress' | 'progressDone'>;

function liveProgress(): Progress {
  let shown = false;
  return {
    async progress(lines) {
      shown = true;
      const block = lines.map((line) => hangLine(line, process.stderr.columns)).join('\n');
      (await import('log-update')).logUpdateStderr(harmless(block));
    },
    async progressDone({ clear } = { clear: false }) {
      if (!shown) return;
      const { logUpdateStderr } = await import('log-update');
      if (clear) logUpdateStderr.clear();
      logUpdateStderr.done();
      shown = false;
    },
  };
}

function plainProgress(): Progress {
  const printed = new Set<string>();
  let latest: readonly string[] = [];
  let nextAt = 0;
  function flush(): void {
    for (const line of latest) {
      if (!printed.has(line)) err(line);
      printed.add(line);
    }
  }
  return {
    progress(lines) {
      latest = lines;
      if (Date.now() >= nextAt) {
        flush();
        nextAt = Date.now() + PLAIN_PROGRESS_MS;
      }
      return Promise.resolve();
    },
    progressDone({ clear } = { clear: false }) {
      if (!clear) flush();
      printed.clear();
      latest = [];
      nextAt = 0;
      return Promise.resolve();
    },
  };
}
