import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { isRecord } from '../shared/read.ts';

const MOST_LETTER_BYTES = 65_536;

/** A letter as it came; nothing in it is trusted yet. */
export interface Letter {
  readonly connector: string;
  readonly operation: string;
  readonly time: number;
  readonly nonce: string;
  readonly body: string;
  readonly signature: string;
}

const FIELDS: Readonly<Record<keyof Letter, (value: unknown) => boolean>> = {
  connector: isText,
  operation: isText,
  body: isText,
  time: (value) => Number.isSafeInteger(value),
  nonce: (value) => isText(value) && /^[0-9a-f]{32}$/.test(value),
  signature: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value),
};

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isLetter(fields: Record<string, unknown>): fields is Record<string, unknown> & Letter {
  return Object.entries(FIELDS).every(([name, fits]) => fits(fields[name]));
}

/** Reads a letter, or says which of the two refusals of its form it deserves. */
export function readLetter(text: string): Letter | 'malformed' | 'unsupported-version' {
  if (text.length > MOST_LETTER_BYTES || !/^[\w-]+$/.test(text)) return 'malformed';
  const given = parseObject(Buffer.from(text, 'base64url').toString('utf8'));
  if (typeof given?.['v'] !== 'number') return 'malformed';
  if (given['v'] !== 1) return 'unsupported-version';
  return isLetter(given) ? given : 'malformed';
}

/** What the letter asks for, for counters and switches; `unreadable` for none. Believes anything. */
export function operationOf(text: string): string {
  const letter = readLetter(text);
  return typeof letter === 'string' ? 'unreadable' : letter.operation;
}

/** A JSON object, or undefined. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True if the letter was signed with this key for this path. */
export function isSigned(letter: Letter, path: string, authKey: Buffer): boolean {
  const { connector, operation, body, time, nonce, signature } = letter;
  const lines = ['keyturn-request-1', 'POST', path, connector, operation, sha256(body), String(time), nonce];
  return timingSafeEqual(Buffer.from(sign(authKey, lines), 'hex'), Buffer.from(signature, 'hex'));
}

/** What goes into a reply letter. `authKey` undefined: unsigned. */
export interface Reply {
  readonly nonce: string;
  readonly ok: boolean;
  readonly body: string;
  readonly authKey: Buffer | undefined;
}

/** The reply letter's fields, signed. */
export function sealReply({ nonce, ok, body, authKey }: Reply): Record<string, unknown> {
  const lines = ['keyturn-reply-1', nonce, ok ? 'ok' : 'refused', sha256(body)];
  return { v: 1, nonce, ok, body, signature: authKey ? sign(authKey, lines) : null };
}

/** The text that goes over the wire. */
export function encodeReply(fields: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(fields), 'utf8').toString('base64url');
}

function sign(key: Buffer, lines: readonly string[]): string {
  return createHmac('sha256', key).update(lines.join('\n'), 'utf8').digest('hex');
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
