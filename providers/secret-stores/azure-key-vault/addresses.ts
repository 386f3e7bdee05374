import { isIP } from 'node:net';
import type { AzureStoreOptions } from './options.ts';

const CLOUDS = {
  public: { vaults: 'vault.azure.net', authority: 'https://login.microsoftonline.com' },
  'us-government': { vaults: 'vault.usgovcloudapi.net', authority: 'https://login.microsoftonline.us' },
  china: { vaults: 'vault.azure.cn', authority: 'https://login.chinacloudapi.cn' },
} as const;

type Place = Pick<AzureStoreOptions, 'vault' | 'cloud' | 'authorityHost'>;

/** The vault's address: what the options give in full, or the name under the cloud's domain. */
export function vaultUrl({ vault, cloud }: Place): URL {
  return new URL(vault.includes('://') ? vault : `https://${vault}.${CLOUDS[cloud ?? 'public'].vaults}`);
}

/** Where to sign in; undefined leaves it to AZURE_AUTHORITY_HOST and the SDK. */
export function authorityHost({ cloud, authorityHost: given }: Place): string | undefined {
  return given ?? (cloud && CLOUDS[cloud].authority);
}

/** An emulator on this machine. Only there may a challenge name a resource that the vault's address does not belong to. */
export function isEmulator({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

/** Where a managed identity is asked for, without TLS by Azure's design: this machine, or the link-local metadata service. */
export function isIdentityEndpoint(url: URL): boolean {
  return url.protocol === 'http:' && (isEmulator(url) || /^169\.254\.\d+\.\d+$/.test(url.hostname));
}
