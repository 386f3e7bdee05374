import { randomUUID } from 'node:crypto';
import { KeyturnError } from '../../../src/core/errors.ts';
import type { VersionId } from '../../../src/core/model.ts';
import type { Finding } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { AzureClient } from './client.ts';
import { isDisabled } from './refusals.ts';
import type { AzureSecret } from './versions.ts';

const ACTIONS = 'Microsoft.KeyVault/vaults/secrets';
/** Longer than any value that Azure takes. */
const TOO_LONG = 30_000;
const NO_VERSION = '0'.repeat(32);

/**
 * Tries the four data actions of a rotation. What would change something is asked for in a way that cannot succeed: a version that
 * does not exist, a value that is too long.
 */
export async function probeRights(
  secret: AzureSecret,
  client: AzureClient,
  create: boolean,
): Promise<readonly Finding[]> {
  const reading = [...(await probeRead(secret, create)), await probeList(secret)];
  return [...reading, await probeUpdate(secret, client), await probeSet(secret)];
}

async function probeRead({ vault, name }: AzureSecret, create: boolean): Promise<readonly Finding[]> {
  try {
    if ((await vault.latest(name)) !== undefined) return [allowed('getSecret')];
    if (await vault.isDeleted(name)) {
      return [
        blocker('The secret is deleted in Azure but can be recovered.', 'Bring it back: `az keyvault secret recover`.'),
      ];
    }
    return create
      ? [allowed('getSecret')]
      : [blocker('There is no such secret in the vault.', 'Create it, or set `create: true`.')];
  } catch (error) {
    if (isDisabled(error))
      return [blocker('The current version is disabled in Azure.', 'Enable it, or write a new version.')];
    return [missing(error, 'getSecret')];
  }
}

async function probeList({ vault, name }: AzureSecret): Promise<Finding> {
  try {
    await vault.list(name);
    return allowed('readMetadata');
  } catch (error) {
    return missing(error, 'readMetadata');
  }
}

async function probeUpdate({ staging, signal }: AzureSecret, client: AzureClient): Promise<Finding> {
  try {
    await client.find(signal, (sdk, options) => sdk.updateSecretProperties(staging, NO_VERSION, options));
    return allowed('update');
  } catch (error) {
    return missing(error, 'update');
  }
}

/** An emulator that takes such a value gets a staged version that is discarded already. */
async function probeSet({ vault, staging }: AzureSecret): Promise<Finding> {
  const what = `${ACTIONS}/setSecret/action was not refused, but Azure tells for certain only when a version is written.`;
  try {
    await vault.put(staging, {
      value: new SecretValue('x'.repeat(TOO_LONG)),
      mark: { id: randomUUID() as VersionId, state: 'discarded' },
      contentType: 'text/plain',
    });
    return { level: 'warning', what };
  } catch (error) {
    if (error instanceof KeyturnError && error.context['status'] === 400) return { level: 'warning', what };
    return missing(error, 'setSecret');
  }
}

function allowed(action: string): Finding {
  return { level: 'ok', what: `${ACTIONS}/${action}/action is allowed.` };
}

/** Throws what says nothing about rights, and what the vault's firewall or the sign-in refused: no role would help there. */
function missing(error: unknown, action: string): Finding {
  if (!(error instanceof KeyturnError) || error.code !== 'PERMISSION_DENIED') throw error;
  if (error.context['signIn'] === true || isFirewall(error)) throw error;
  return blocker(
    `${ACTIONS}/${action}/action is missing.`,
    'Assign the role in docs/stores/azure-key-vault.md to the identity that Keyturn runs as.',
  );
}

function isFirewall({ context }: KeyturnError): boolean {
  return context['azureCode'] === 'ForbiddenByFirewall' || context['azureCode'] === 'ForbiddenByConnection';
}

function blocker(what: string, fix: string): Finding {
  return { level: 'blocker', what, fix };
}
