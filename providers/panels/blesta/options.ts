import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const panel = z.strictObject({
  url: baseUrl.describe(
    'Where Blesta is installed, without /api: https://billing.example.com; without URL rewriting https://billing.example.com/index.php.',
  ),
  user: z.string().min(1).describe('User name of the Blesta API key (Settings > System > API Access).'),
  key: secretReference.describe('Reference to the Blesta API key.'),
});

const binding = z.strictObject({
  companyId: z.int().positive().default(1).describe('Id of the company in Blesta that the module is installed in.'),
  rowId: z
    .int()
    .positive()
    .optional()
    .describe("Id of the module's account row; needed only if the company has several."),
});

/** Options of a Blesta panel and of its bindings. */
export const blestaSchemas = { panel, binding };

export type BlestaOptions = z.infer<typeof panel>;
export type BlestaBinding = z.infer<typeof binding>;
