import { z } from 'zod';

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Give the name of a variable: letters, digits and _.');

const variables = z.strictObject({
  resellerId: variable.default('DNA_RESELLER_ID').describe('Variable with the Reseller ID.'),
  apiKey: variable.default('DNA_API_KEY').describe('Variable with the API key.'),
});

export const envStoreOptions = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe('A .env file to read as well. A variable that is set in the environment wins over one in the file.'),
  secrets: z
    .record(z.string().min(1), variables)
    .optional()
    .describe(
      'Which variables hold which secret, by the name that accounts use. Left out, every name means DNA_RESELLER_ID and DNA_API_KEY.',
    ),
});

export type EnvStoreOptions = z.infer<typeof envStoreOptions>;
