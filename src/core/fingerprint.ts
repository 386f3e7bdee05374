import { createHmac } from 'node:crypto';
import { KeyturnError } from './errors.ts';
import type { Fingerprint } from './model.ts';
import type { Fingerprinter } from './ports.ts';
import type { SecretValue } from './secret-value.ts';

/** A key that can be guessed would let whoever reads the ledger guess what the fingerprints stand for. */
const SHORTEST_KEY = 16;

/** Thousands of panels hold the same few values; each HMAC leaves a native object for the garbage collector. */
const REMEMBERED = 1_000;

/**
 * HMAC-SHA-256 under the installation's fingerprint key, cut to 128 bits of hex. Keyed, because API keys might be short enough
 * to guess from a plain hash; the same key on all workers, so that fingerprints in the ledger can be compared. Throws CONFIG_INVALID for a key
 * under 16 characters.
 */
export function createFingerprinter(key: SecretValue): Fingerprinter {
  const keyText = key.reveal();
  if (keyText.length < SHORTEST_KEY) throw tooShort();
  return fingerprinterFrom(keyText);
}

/** The same under a key that was made, not chosen: the one that a panel's connector and the worker share. */
export function fingerprinterFrom(key: string | Uint8Array): Fingerprinter {
  const known = new Map<string, Fingerprint>();
  return (text) => {
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const fresh = createHmac('sha256', key).update(text, 'utf8').digest('hex').slice(0, 32) as Fingerprint;
    if (known.size >= REMEMBERED) known.clear();
    known.set(text, fresh);
    return fresh;
  };
}

function tooShort(): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', `The fingerprint key is shorter than ${SHORTEST_KEY} characters.`, {
    fix: 'Make one with: openssl rand -base64 32 > .keyturn/fingerprint.key (keyturn init makes one, too).',
    untouched: 'Nothing was started.',
  });
}
