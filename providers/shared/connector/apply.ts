import { KeyturnError, toKeyturnError } from '../../../src/core/errors.ts';
import type { Credential } from '../../../src/core/model.ts';
import type { ApplyOptions, ApplyResult } from '../../../src/core/ports.ts';
import type { ConnectorClient } from './client.ts';
import { applySchema } from './schema.ts';
import { seal } from './seal.ts';

export interface Change {
  readonly credential: Credential;
  readonly testMode: boolean;
  readonly place: string | undefined;
  /** Where a person enters the credential if the panel offers the connector no way. */
  readonly menuPath: string;
  /** Have it saved even if nothing differs: to see what saving does (`keyturn panel conformance --write`). */
  readonly rewrite?: boolean;
}

/**
 * Hands the credential to the connector, sealed, to be compared and set under its lock. A credential that is there already is a
 * success. Throws SUPERSEDED if somebody changed the key since it was last seen.
 */
export async function applyByConnector(
  client: ConnectorClient,
  change: Change,
  { lastSeen, confirm }: ApplyOptions,
  signal: AbortSignal,
): Promise<ApplyResult> {
  const { rewrite = false } = change;
  const body = { ...(await letterBody(client, change, signal)), lastSeen: lastSeen ?? null };
  if (signal.aborted) throw new KeyturnError('ABORTED', `The call to ${client.where} was cut off.`);
  await confirm?.();
  try {
    const { changed } = await client.call('apply', body, applySchema, signal);
    if (rewrite && !changed) throw notRewritten(client.where);
    return { result: 'changed' };
  } catch (thrown) {
    const error = toKeyturnError(thrown);
    if (!isByHand(error)) throw error;
    return { result: 'by-hand', instructions: `Enter Reseller ID and API key by hand: ${change.menuPath}.` };
  }
}

/** What the connector has to know; the credential sealed, so that it alone can open it. */
async function letterBody(
  client: ConnectorClient,
  { credential, testMode, place, rewrite = false }: Change,
  signal: AbortSignal,
): Promise<object> {
  const { publicKey } = await client.pairing(signal);
  const plain = JSON.stringify({ username: credential.resellerId, password: credential.apiKey.reveal() });
  const sealed = await seal(Buffer.from(plain, 'utf8'), publicKey);
  return { ...(place !== undefined && { place }), sealed, testMode, ...(rewrite && { rewrite }) };
}

function notRewritten(where: string): KeyturnError {
  return new KeyturnError('CAPABILITY_MISSING', `The connector in ${where} does not save what is there already.`, {
    fix: 'Build it again and install it over the old one: keyturn connector build <panel>',
    untouched: 'The panel keeps what it had.',
  });
}

function isByHand({ context }: KeyturnError): boolean {
  return context['refusal'] === 'by-hand';
}
