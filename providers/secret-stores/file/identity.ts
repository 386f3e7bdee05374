import { SecretValue } from '../../../src/core/secret-value.ts';

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
