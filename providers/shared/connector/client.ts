import { randomBytes } from 'node:crypto';
import type { ZodType } from 'zod';
import { KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { ProviderDeps } from '../kinds.ts';
import type { SecretReference } from '../secret-reference.ts';
import type { Carrier } from './carrier.ts';
import { type Message, type Operation, type Reply, readReply, writeLetter } from './letter.ts';
import { type Pairing, readPairing } from './pairing.ts';
import { refusalError } from './refusals.ts';
import { refusalSchema } from './schema.ts';

export interface ConnectorClient {
  /** For the reader: `WISECP at billing.example.com`. */
  readonly where: string;
  /** Reads the pairing at first use. Throws CONFIG_INVALID. */
  pairing(signal: AbortSignal): Promise<Pairing>;
  /** A message for the present moment, ready to be sent. */
  message(operation: Operation, body: unknown): Message;
  /** Posts a letter and reads the reply, whatever it says. Throws what the carrier throws, and UNEXPECTED_RESPONSE for no reply. */
  exchange(letter: string, nonce: string, signal: AbortSignal): Promise<Reply>;
  /** One operation. A refusal throws (`refusalError`); only a signed reply is believed. */
  call<T>(operation: Operation, body: unknown, schema: ZodType<T>, signal: AbortSignal): Promise<T>;
}

/** Speaks with one connector through the panel's carrier (docs/panels/connector.md). */
export function createConnectorClient(
  carrier: Carrier,
  reference: SecretReference,
  { clock, resolveSecret }: Pick<ProviderDeps, 'clock' | 'resolveSecret'>,
): ConnectorClient {
  const { where } = carrier;
  let known: Pairing | undefined;

  async function pairing(signal: AbortSignal): Promise<Pairing> {
    known ??= readPairing(await resolveSecret(reference, signal).catch(unmade), where);
    return known;
  }

  function message(operation: Operation, body: unknown): Message {
    const time = Math.floor(clock.now() / 1000);
    return { operation, path: carrier.path, time, nonce: randomBytes(16).toString('hex'), body: JSON.stringify(body) };
  }

  async function exchange(letter: string, nonce: string, signal: AbortSignal): Promise<Reply> {
    const reply = readReply(await pairing(signal), nonce, await carrier.post(letter, signal));
    if (reply === undefined) throw noReply(where);
    return reply;
  }

  return {
    where,
    pairing,
    message,
    exchange,
    async call(operation, body, schema, signal) {
      const written = message(operation, body);
      const reply = await exchange(writeLetter(await pairing(signal), written), written.nonce, signal);
      if (!reply.ok) throw refusalOf(where, reply, clock.now());
      if (!reply.signed) throw notSigned(where);
      const parsed = schema.safeParse(reply.body);
      if (!parsed.success) throw unreadable(where, operation);
      return parsed.data;
    },
  };
}

/** Refusals that a connector gives before it knows who wrote the letter. Any other one that is not signed is not its own. */
const UNSIGNED: ReadonlySet<string> = new Set([
  'https-required',
  'malformed',
  'unsupported-version',
  'not-paired',
  'address-not-listed',
  'rate-limited',
  'bad-signature',
  'panel-error',
]);

/** The usual reason why there is nothing behind the reference is that no pairing was made yet. */
function unmade(thrown: unknown): never {
  const error = toKeyturnError(thrown);
  if (error.code !== 'CONFIG_INVALID') throw thrown;
  throw new KeyturnError('CONFIG_INVALID', error.safeMessage, {
    fix: `If this panel has no pairing yet, make one: keyturn connector build <panel>. Else: ${error.fix ?? ''}`.trimEnd(),
    untouched: 'Nothing was sent to the panel.',
  });
}

/** The error for a reply that refuses. */
export function refusalOf(where: string, { body, signed }: Reply, nowMs: number): KeyturnError {
  const refusal = refusalSchema.safeParse(body);
  if (!refusal.success) return noReply(where);
  if (!signed && !UNSIGNED.has(refusal.data.code)) return notSigned(where);
  return refusalError(where, { ...refusal.data, isHint: !signed }, nowMs);
}

function noReply(where: string): KeyturnError {
  return new KeyturnError(
    'UNEXPECTED_RESPONSE',
    `${where} answered with something that is no letter of its connector.`,
    {
      fix: 'Run: keyturn connector verify <panel>',
    },
  );
}

export function notSigned(where: string): KeyturnError {
  return new KeyturnError('UNEXPECTED_RESPONSE', `${where} gave an answer that its connector did not sign.`, {
    fix: 'Look for a cache or a proxy between the worker and the panel; then run: keyturn connector verify <panel>',
  });
}

export function unreadable(where: string, operation: string): KeyturnError {
  return new KeyturnError(
    'UNEXPECTED_RESPONSE',
    `${where} has a connector whose answer to "${operation}" Keyturn cannot read.`,
    {
      fix: 'Build the connector again and install it over the old one: keyturn connector build <panel>',
    },
  );
}
