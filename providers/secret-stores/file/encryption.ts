import { KeyturnError } from '../../../src/core/errors.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';

/** Encrypts and opens the documents of one store. */
export interface Encryption {
  encrypt(text: string): Promise<Uint8Array>;
  /** Throws PERMISSION_DENIED when no identity opens it, SECRET_MALFORMED when it is damaged. */
  decrypt(file: Uint8Array): Promise<string>;
}

/** Reads the text of an identity file. Throws CONFIG_INVALID when there is no usable identity in it. */
export async function createEncryption(identityText: SecretValue): Promise<Encryption> {
  const age = await import('age-encryption');
  const identities = identityLines(identityText);
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(await recipientOf(identities));
  return {
    encrypt: (text) => encrypter.encrypt(text),
    async decrypt(file) {
      const decrypter = new age.Decrypter();
      for (const identity of identities) decrypter.addIdentity(identity);
      const last = createLastResort();
      decrypter.addIdentity(last);
      try {
        return await decrypter.decrypt(file, 'text');
      } catch {
        throw last.wasAsked() ? wrongIdentity() : damaged('it is cut off, changed, or no age file at all');
      }
    },
  };
}

/** An identity that opens nothing. It is asked last, when none before it fits: tells a wrong identity from a damaged file. */
function createLastResort() {
  let asked = false;
  return {
    unwrapFileKey(): null {
      asked = true;
      return null;
    },
    wasAsked: () => asked,
  };
}

function identityLines(text: SecretValue): readonly string[] {
  return text
    .reveal()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
}

async function recipientOf(identities: readonly string[]): Promise<string> {
  const age = await import('age-encryption');
  try {
    const recipients = await Promise.all(identities.map((identity) => age.identityToRecipient(identity)));
    if (recipients[0] !== undefined) return recipients[0];
  } catch {
    // The library's own text is dropped; what follows says the same in ours.
  }
  throw new KeyturnError('CONFIG_INVALID', "The file store's identity is not an age identity.", {
    fix: 'Point `identity` at a text with a line AGE-SECRET-KEY-1...; `keyturn init` or `age-keygen` makes one.',
    untouched: 'No secret was read or written.',
  });
}

function wrongIdentity(): KeyturnError {
  return new KeyturnError(
    'PERMISSION_DENIED',
    'A file of the store was not encrypted for the identity that is configured.',
    {
      fix: 'Point `identity` at the identity that was in use when the file was written; add it as a further line if it was replaced.',
      untouched: 'The file was not changed.',
    },
  );
}

/** SECRET_MALFORMED for a file that is there and cannot be understood. */
export function damaged(why: string): KeyturnError {
  return new KeyturnError('SECRET_MALFORMED', `A file of the store cannot be used: ${why}.`, {
    fix: 'Put the file back from a backup. If there is none, move it away and submit the key again.',
    untouched: 'The file was not changed.',
  });
}
