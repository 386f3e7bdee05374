import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { Pairing } from './pairing.ts';

export const OPERATIONS = ['describe', 'observe', 'apply', 'check'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What a letter says before it is signed. `time` is Unix time in seconds, `nonce` 32 hex digits, `body` a JSON text. */
export interface Message {
  readonly operation: Operation;
  /** The path of the address it is posted to. */
  readonly path: string;
  readonly time: number;
  readonly nonce: string;
  readonly body: string;
}

/** A reply as it was read. `signed`: it is certainly the paired connector's answer to this very letter. */
export interface Reply {
  readonly ok: boolean;
  readonly signed: boolean;
  readonly body: unknown;
}

const PROTOCOL = 1;

/** Writes the letter of docs/panels/connector.md: JSON, signed, in base64url so that no panel's input filter changes it. */
export function writeLetter(pairing: Pairing, message: Message): string {
  const { operation, path, time, nonce, body } = message;
  const { connector } = pairing;
  const lines = ['keyturn-request-1', 'POST', path, connector, operation, sha256(body), String(time), nonce];
  const letter = { v: PROTOCOL, connector, operation, time, nonce, body, signature: pairing.sign(lines) };
  return Buffer.from(JSON.stringify(letter), 'utf8').toString('base64url');
}

const replySchema = z.object({
  v: z.literal(PROTOCOL),
  nonce: z.string(),
  ok: z.boolean(),
  body: z.string().max(200_000),
  signature: z.string().nullable(),
});

/** Reads a reply letter. Undefined for anything that is none, or that answers another letter. */
export function readReply(pairing: Pairing, nonce: string, text: string): Reply | undefined {
  const parsed = replySchema.safeParse(decoded(text));
  if (!parsed.success) return undefined;
  const { ok, body, signature } = parsed.data;
  // It is empty where the letter could not be read. Another letter's refusal, out of a cache, says nothing of this one.
  if (parsed.data.nonce !== nonce && parsed.data.nonce !== '') return undefined;
  const lines = ['keyturn-reply-1', nonce, ok ? 'ok' : 'refused', sha256(body)];
  const signed = parsed.data.nonce === nonce && signature !== null && isEqual(signature, pairing.sign(lines));
  return { ok, signed, body: parseJson(body) };
}

function decoded(text: string): unknown {
  return /^[\w-]+$/.test(text) ? parseJson(Buffer.from(text, 'base64url').toString('utf8')) : undefined;
}

function isEqual(a: string, b: string): boolean {
  const [bytes, wanted] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
