import { createHmac } from 'node:crypto';
import { KeyturnError } from '../../../src/core/errors.ts';
import { fingerprinterFrom } from '../../../src/core/fingerprint.ts';
import type { Fingerprinter } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';

/** What one worker and one connector share (docs/panels/connector.md). The panel alone can open what is sealed to `publicKey`. */
export interface Pairing {
  /** Sixteen hex digits; tells which installation is meant. */
  readonly connector: string;
  readonly publicKey: Uint8Array;
  /** Under a key that no other panel knows, so that one panel's fingerprints say nothing about another's. */
  readonly fingerprint: Fingerprinter;
  /** HMAC-SHA-256 in hex over the lines, under the key for letters. */
  sign(lines: readonly string[]): string;
}

const PAIRING = /^keyturn-pairing-1\.([0-9a-f]{16})\.([\w-]{43})\.([\w-]{43})$/;

/** Reads a pairing text. Throws CONFIG_INVALID for any other text. */
export function readPairing(secret: SecretValue, where: string): Pairing {
  const [, connector, keyText, publicText] = PAIRING.exec(secret.reveal().trim()) ?? [];
  if (connector === undefined || keyText === undefined || publicText === undefined) {
    throw new KeyturnError('CONFIG_INVALID', `What connector.pairing of ${where} refers to is no pairing text.`, {
      fix: 'Make one with: keyturn connector build <panel>',
      untouched: 'Nothing was sent to the panel.',
    });
  }
  // The whole text is known to the redactor already; its secret part may also turn up alone.
  const key = Buffer.from(new SecretValue(keyText).reveal(), 'base64url');
  const authKey = derive(key, 'keyturn-auth-1');
  return {
    connector,
    publicKey: Buffer.from(publicText, 'base64url'),
    fingerprint: fingerprinterFrom(derive(key, 'keyturn-fingerprint-1')),
    sign: (lines) => createHmac('sha256', authKey).update(lines.join('\n'), 'utf8').digest('hex'),
  };
}

function derive(key: Buffer, purpose: string): Buffer {
  return createHmac('sha256', key).update(purpose, 'utf8').digest();
}
