import { z } from 'zod';
import { toKeyturnError } from '../../../src/core/errors.ts';
import type { Clock, Finding } from '../../../src/core/ports.ts';
import type { VaultClient } from './client.ts';
import { toVaultError } from './errors.ts';
import type { SecretPaths } from './paths.ts';
import type { VaultSecret } from './versions.ts';

interface Wanted {
  readonly path: string;
  readonly capabilities: readonly string[];
}

const capabilitiesAnswer = z.object({ data: z.record(z.string(), z.array(z.string())) });
const POLICY = 'Add it to the policy; docs/stores/hashicorp-vault.md has the whole of it.';

/** Asks Vault what the sign-in may do with the paths of one secret (sys/capabilities-self); nothing is written. */
export async function vaultRights(client: VaultClient, clock: Clock, secret: VaultSecret): Promise<readonly Finding[]> {
  const { paths, signal } = secret;
  const wanted = wantedFor(paths, await mayExist(secret));
  const body = JSON.stringify({ paths: wanted.map(({ path }) => path) });
  const answer = await client.call({ method: 'POST', path: 'sys/capabilities-self', body }, signal);
  if (answer.status === 403) return [CANNOT_ASK];
  const granted = capabilitiesAnswer.safeParse(answer.json).data?.data;
  if (answer.status !== 200 || granted === undefined) throw toVaultError(answer, clock.now());
  const missing = wanted.flatMap((each) => missingIn(each, granted[each.path] ?? []));
  return missing.length > 0
    ? missing
    : [{ level: 'ok', what: 'The policies in Vault allow all that a rotation needs.' }];
}

const CANNOT_ASK: Finding = {
  level: 'warning',
  what: 'Vault does not tell Keyturn what it may do (sys/capabilities-self is denied).',
  fix: "Give the token the policy `default`, or `update` on sys/capabilities-self; the secret's own rights were not tried.",
};

/** Paths as policies name them. */
function wantedFor({ data, staging, stagingMetadata }: SecretPaths, exists: boolean): readonly Wanted[] {
  return [
    { path: decodeURIComponent(data), capabilities: ['read', exists ? 'update' : 'create'] },
    { path: decodeURIComponent(staging), capabilities: ['create', 'read', 'update'] },
    { path: decodeURIComponent(stagingMetadata), capabilities: ['create', 'update'] },
  ];
}

function missingIn({ path, capabilities }: Wanted, granted: readonly string[]): readonly Finding[] {
  if (granted.includes('root')) return [];
  const missing = capabilities.filter((capability) => !granted.includes(capability));
  if (missing.length === 0) return [];
  const what = `The policies in Vault do not allow ${missing.map((one) => `"${one}"`).join(', ')} on ${path}.`;
  return [{ level: 'blocker', what, fix: POLICY }];
}

/** What may not be read is taken to be there. */
async function mayExist({ kv, paths, signal }: VaultSecret): Promise<boolean> {
  try {
    return (await kv.read(paths.data, undefined, signal)) !== undefined;
  } catch (error) {
    const failure = toKeyturnError(error);
    if (failure.code === 'PERMISSION_DENIED') return true;
    throw failure;
  }
}
