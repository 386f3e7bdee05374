import { open } from 'node:fs/promises';
import { KeyturnError } from '../../../src/core/errors.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { fsErrorCode, toFileError } from './errors.ts';

export interface NewIdentity {
  /** The text of an identity file, as `age-keygen` writes it; the `age` program reads it too. */
  readonly identity: SecretValue;
  /** `age1...`: public, for files that others encrypt for this installation. */
  readonly recipient: string;
}

/** Makes a new X25519 age identity. It is kept nowhere: without it, what it encrypted cannot be read again. */
export async function generateIdentity(): Promise<NewIdentity> {
  const age = await import('age-encryption');
  const secret = await age.generateX25519Identity();
  const recipient = await age.identityToRecipient(secret);
  return { identity: new SecretValue(`# Keyturn, file store\n# public key: ${recipient}\n${secret}\n`), recipient };
}

/**
 * Makes an identity and writes it to `path`, readable by its owner alone. Never replaces a file: CONFIG_INVALID if one is there,
 * for an identity that is lost takes every secret with it. Gives the recipient.
 */
export async function writeIdentityFile(path: string): Promise<string> {
  const { identity, recipient } = await generateIdentity();
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(identity.reveal());
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (fsErrorCode(error) !== 'EEXIST') throw toFileError(error, 'The identity file could not be written');
    throw new KeyturnError('CONFIG_INVALID', 'There is an identity file already.', {
      fix: 'Keep it: the secrets of the file store can be read with it alone. To start anew, move it away first.',
      untouched: 'The file was not changed.',
    });
  }
  return recipient;
}
