import { blake2b } from '@noble/hashes/blake2.js';
import nacl from 'tweetnacl';

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

/**
 * Opens what was sealed to the public key: the sender's one-time public key, then a box whose nonce is the BLAKE2b of the two
 * public keys. Undefined if it was not sealed to this key or was changed on its way.
 */
export function openSealed(sealed: Uint8Array, keypair: Uint8Array): Uint8Array | undefined {
  if (sealed.length < KEY_BYTES + nacl.box.overheadLength) return undefined;
  const sender = sealed.subarray(0, KEY_BYTES);
  const [secret, own] = [keypair.subarray(0, KEY_BYTES), keypair.subarray(KEY_BYTES)];
  const nonce = blake2b(Buffer.concat([sender, own]), { dkLen: NONCE_BYTES });
  return nacl.box.open(plain(sealed.subarray(KEY_BYTES)), nonce, plain(sender), plain(secret)) ?? undefined;
}

/** tweetnacl wants plain arrays: a Buffer's slices share memory with others. */
function plain(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
