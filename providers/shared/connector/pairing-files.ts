import { randomBytes } from 'node:crypto';
import { SecretValue } from '../../../src/core/secret-value.ts';

const KEY_BYTES = 32;
const ID_BYTES = 8;

/** A pairing that was made just now. What it holds goes into two places and nowhere else: the archive and the worker's secret. */
export interface NewPairing {
  /** 16 lower hexadecimal digits; no secret. */
  readonly connector: string;
  /** 32 random bytes, base64: what letters are signed with. */
  readonly key: SecretValue;
  /** The connector's own crypto_box key pair, secret part first, base64: what it opens sealed credentials with. */
  readonly keypair: SecretValue;
  /** What the worker keeps: `keyturn-pairing-1.<connector>.<key>.<public key>`, both keys base64url. */
  readonly text: SecretValue;
}

/** Makes the secrets that one worker and one connector share. Loads libsodium, which costs some 15 ms. */
export async function createPairing(): Promise<NewPairing> {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  const key = randomBytes(KEY_BYTES);
  const connector = randomBytes(ID_BYTES).toString('hex');
  const publicText = Buffer.from(publicKey).toString('base64url');
  return {
    connector,
    key: new SecretValue(key.toString('base64')),
    keypair: new SecretValue(Buffer.concat([privateKey, publicKey]).toString('base64')),
    text: new SecretValue(`keyturn-pairing-1.${connector}.${key.toString('base64url')}.${publicText}`),
  };
}

/** What the connector is told besides its keys. */
export interface ConnectorSettings {
  /** The vendor's base URL of each environment. */
  readonly vendor: Readonly<Record<'live' | 'test', string>>;
  /** Addresses or CIDR blocks that may call; left out or empty: any. */
  readonly addresses?: readonly string[];
  /** The address from which the panel calls the vendor, on a machine that has several. */
  readonly outgoing?: string;
  /** Path, on the panel's machine, of a file with the CA that signs the vendor's certificate; the system's own if left out. */
  readonly ca?: string;
}

/** The text of `pairing.php`: a PHP file that prints nothing when somebody asks the web server for it. */
export function pairingPhp(
  { connector, key, keypair }: NewPairing,
  { vendor, addresses = [], outgoing, ca }: ConnectorSettings,
): string {
  return `<?php

// Made by keyturn connector build. The keys in here let their holder change the reseller's credential in this panel.
return [
    'connector' => ${php(connector)},
    'key' => ${php(key.reveal())},
    'keypair' => ${php(keypair.reveal())},
    'addresses' => [${addresses.map(php).join(', ')}],
    'vendor' => ['live' => ${php(vendor.live)}, 'test' => ${php(vendor.test)}],
    'outgoing' => ${outgoing === undefined ? 'null' : php(outgoing)},
    'ca' => ${ca === undefined ? 'null' : php(ca)},
];
`;
}

/** A PHP string between single quotes, in which only these two characters mean anything. */
function php(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
