import { z } from 'zod';
import type { SecretValue } from '../../src/core/secret-value.ts';

const REFERENCE = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|store:[A-Za-z0-9_-]+\/[^#]+(#.+)?)$/;

/**
 * Where a secret option is to be found: `env:NAME`, `file:PATH` or `store:STORE/NAME#FIELD`. The configuration holds references
 * only, never a value; a provider resolves one at first use, so that starting up needs no secret.
 */
export const secretReference = z
  .string()
  .regex(REFERENCE, 'Give a reference, never the secret itself: env:NAME, file:PATH or store:STORE/NAME#FIELD.')
  .brand<'SecretReference'>();

export type SecretReference = z.infer<typeof secretReference>;

/** Finds the secret behind a reference. Throws CONFIG_INVALID when it is not there, with what to set. */
export type ResolveSecret = (reference: SecretReference, signal: AbortSignal) => Promise<SecretValue>;
