import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { In } from '../shared/read.ts';
import type { PairingConfig, pairingConfig } from './config.ts';

export interface NewPairing {
  /** For the panel's side. */
  readonly pairing: In<typeof pairingConfig>;
  /** For the worker's side: one line of text. */
  readonly text: string;
}

/** Makes a new pairing: an id, a key that both ends share, and a key pair whose secret half stays with the panel. */
export function createPairing(): NewPairing {
  const connector = randomBytes(8).toString('hex');
  const key = randomBytes(32);
  const pair = generateKeyPairSync('x25519');
  const secret = rawHalf(pair.privateKey, 'd');
  const open = rawHalf(pair.publicKey, 'x');
  const keypair = Buffer.concat([secret, open]).toString('base64');
  const text = ['keyturn-pairing-1', connector, key.toString('base64url'), open.toString('base64url')].join('.');
  return { pairing: { connector, key: key.toString('base64'), keypair }, text };
}

function rawHalf(key: KeyObject, half: 'd' | 'x'): Buffer {
  return Buffer.from(key.export({ format: 'jwk' })[half] ?? '', 'base64url');
}

export interface PairingKeys {
  readonly authKey: Buffer;
  readonly fingerprintKey: Buffer;
  /** Secret key, then public key; 32 bytes each. */
  readonly keypair: Buffer;
}

/** Derives what the pairing is used for. */
export function keysOf(pairing: PairingConfig): PairingKeys {
  const key = Buffer.from(pairing.key, 'base64');
  return {
    authKey: createHmac('sha256', key).update('keyturn-auth-1').digest(),
    fingerprintKey: createHmac('sha256', key).update('keyturn-fingerprint-1').digest(),
    keypair: Buffer.from(pairing.keypair, 'base64'),
  };
}
