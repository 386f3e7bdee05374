import { z } from 'zod';
import { secretReference } from '../../shared/secret-reference.ts';

export const fileStoreOptions = z.strictObject({
  directory: z
    .string()
    .min(1)
    .describe('Directory that holds one encrypted file per secret. Made when the first secret is staged.'),
  identity: secretReference.describe(
    'The age identity (AGE-SECRET-KEY-1...) that opens the files, by reference: file:PATH or env:NAME. Made by `keyturn init`. ' +
      'With several lines every one may open a file, and the first one is used for writing.',
  ),
  keepVersions: z
    .int()
    .min(3)
    .max(100)
    .default(10)
    .describe('How many versions of a secret are kept; current, previous and pending are never dropped.'),
});

export type FileStoreOptions = z.infer<typeof fileStoreOptions>;
