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

/** Of a secret's whole payload as it is, byte by byte. */
export function payloadFingerprint(fingerprint: Fingerprinter, payload: SecretValue): Fingerprint {
  return fingerprint(payload.reveal());
}

/**
 * Of everything in a payload, unknown fields included. For JSON it is the same whatever the order of fields and the spaces are: a store
 * may write that anew (Vault sorts the fields), and it is no other payload for that.
 */
export function contentFingerprint(fingerprint: Fingerprinter, payload: SecretValue): Fingerprint {
  return fingerprint(inOneOrder(payload.reveal()));
}

function inOneOrder(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** Objects become lists of pairs behind a mark, so that no list of the payload is taken for one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', value.map(sorted)];
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['object', pairs.map(([name, part]) => [name, sorted(part)])];
}
