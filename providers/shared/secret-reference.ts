import { z } from 'zod';
import { SECRET_REFERENCE, SECRET_REFERENCE_WANTED, type SecretReference } from '../../src/core/secret-reference.ts';

export type { ResolveSecret, SecretReference } from '../../src/core/secret-reference.ts';

/** The schema of an option that holds a secret. A provider resolves it at first use, so that starting up needs no secret. */
export const secretReference = z
  .string()
  .regex(SECRET_REFERENCE, SECRET_REFERENCE_WANTED)
  .transform((text) => text as SecretReference);
