import { KeyturnError } from '../../../src/core/errors.ts';
import { menuPaths } from '../../../src/core/menu-paths.ts';
import type { Credential, Environment } from '../../../src/core/model.ts';
import type { ApplyOptions } from '../../../src/core/ports.ts';
import { MODULE } from './check.ts';
import { FIELDS } from './options.ts';
import type { WhmcsClient } from './transport.ts';

/** WHMCS turns these into HTML entities on their way in, and nothing can be read back to see whether it did. */
const MANGLED = /[&<>"']/;
const PRINTABLE = /^[\x21-\x7e]+$/;

export interface Settings {
  readonly credential: Credential;
  readonly environment: Environment;
  /** The module's other settings, sent along in case this WHMCS replaces all of them. */
  readonly others: Readonly<Record<string, string>>;
  readonly confirm: ApplyOptions['confirm'];
}

/** Writes username, password and test mode in one call. Safe to repeat: the same values give the same rows. */
export async function writeSettings(client: WhmcsClient, settings: Settings, signal: AbortSignal): Promise<void> {
  const { credential, environment, others } = settings;
  const password = credential.apiKey.reveal();
  refuseMangled(credential.resellerId, 'Reseller ID');
  refuseMangled(password, 'API key');
  const values = {
    ...others,
    [FIELDS.username]: credential.resellerId,
    [FIELDS.password]: password,
    [FIELDS.testMode]: environment === 'test' ? 'on' : '',
  };
  const parameters = Object.entries(values).map(([name, value]) => [`parameters[${name}]`, value] as const);
  const fields = { moduleType: 'registrar', moduleName: MODULE, ...Object.fromEntries(parameters) };
  await settings.confirm?.();
  await client.call('UpdateModuleConfiguration', fields, signal);
}

function refuseMangled(value: string, what: string): void {
  const reason = MANGLED.test(value)
    ? `has one of the characters & < > " ' in it, which WHMCS's API may store as something else`
    : 'has a space or a character outside printable ASCII in it, so it was not copied cleanly';
  if (PRINTABLE.test(value) && !MANGLED.test(value)) return;
  throw new KeyturnError('MALFORMED_CREDENTIAL', `The ${what} ${reason}.`, {
    fix: MANGLED.test(value)
      ? `Regenerate the key until it has none of them, or enter it by hand: ${menuPaths.whmcs.path}.`
      : 'Copy it again and submit it once more.',
    untouched: 'Nothing was sent to WHMCS.',
  });
}
