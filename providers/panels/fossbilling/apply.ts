import { KeyturnError } from '../../../src/core/errors.ts';
import type { Credential, Environment } from '../../../src/core/model.ts';
import type { ApplyOptions } from '../../../src/core/ports.ts';
import { MENU_PATH, missingSettings } from './registrar.ts';
import { doneSchema, type Registrar } from './schema.ts';
import type { FossbillingClient } from './transport.ts';

export interface Change {
  readonly credential: Credential;
  readonly environment: Environment;
  /** True unless the registrar's key is known to have changed since it was last observed. */
  readonly isAsLastSeen: (storedKey: string) => boolean;
  readonly confirm: ApplyOptions['confirm'];
  /** Save even if nothing differs. */
  readonly rewrite?: boolean;
}

/**
 * Writes Username, Password and test mode together with every other setting that was read, because releases up to 0.8.5 store
 * exactly what is sent. A registrar that already holds this is left alone. Throws SUPERSEDED if somebody changed the key in between.
 */
export async function writeRegistrar(
  client: FossbillingClient,
  registrar: Registrar,
  change: Change,
  signal: AbortSignal,
): Promise<void> {
  if (change.rewrite !== true && holds(registrar, change)) return;
  if (!change.isAsLastSeen(registrar.password.reveal())) throw moved(client.where);
  const { credential, environment } = change;
  const config = { ...registrar.others, Username: credential.resellerId, Password: credential.apiKey.reveal() };
  // 0 and 1 mean the same to every release; older ones keep the value as it comes.
  const values = { id: registrar.id, config, test_mode: environment === 'test' ? 1 : 0 };
  await change.confirm?.();
  const request = { role: 'admin', method: 'registrar_update', values, schema: doneSchema } as const;
  const reply = await client.send(request, signal);
  if (!reply.ok) throw notSaved(client.where, missingSettings(registrar));
}

function holds({ username, password, testMode }: Registrar, { credential, environment }: Change): boolean {
  return (
    username === credential.resellerId &&
    password.reveal() === credential.apiKey.reveal() &&
    testMode === (environment === 'test')
  );
}

function moved(where: string): KeyturnError {
  return new KeyturnError('SUPERSEDED', `The key in ${where} was changed after Keyturn last looked at it.`, {
    fix: 'Nothing to do: Keyturn looks again and plans anew.',
    untouched: 'The registrar keeps the values it had.',
  });
}

function notSaved(where: string, missing: readonly string[]): KeyturnError {
  const why = missing.length === 0 ? '' : ` Settings that its adapter asks for are empty: ${missing.join(', ')}.`;
  return new KeyturnError('PANEL_REFUSED', `${where} did not save the registrar's settings.${why}`, {
    fix: `Save them once by hand to see why: ${MENU_PATH}.`,
    untouched: 'The registrar keeps the values it had.',
  });
}
