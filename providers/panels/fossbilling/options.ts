import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const panel = z.strictObject({
  url: baseUrl.describe(
    'Where FOSSBilling is installed, without /api: https://billing.example.com. The same address as `url` in its config.php.',
  ),
  token: secretReference.describe('Reference to the API token of a staff member of FOSSBilling.'),
});

const binding = z.strictObject({
  registrarId: z
    .int()
    .positive()
    .optional()
    .describe(
      'Id of the registrar in FOSSBilling (in the address of its page: /servicedomain/registrar/3); needed unless exactly one is titled DomainNameApi.',
    ),
  canaryTld: z
    .string()
    .regex(/^\.[a-z0-9-]{2,63}(\.[a-z0-9-]{2,63})?$/, 'Give a TLD with its dot, in lower case, such as .com.')
    .optional()
    .describe(
      'A TLD that FOSSBilling sells through this registrar, such as .com; finding an unheard-of name free in it proves the stored credential.',
    ),
});

/** Options of a FOSSBilling panel and of its bindings. Every registrar of a FOSSBilling is a place of its own. */
export const fossbillingSchemas = { panel, binding, place: ['registrarId'] };

export type FossbillingOptions = z.infer<typeof panel>;
export type FossbillingBinding = z.infer<typeof binding>;
