import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { connectorOption } from '../../shared/connector/options.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const panel = z.strictObject({
  url: baseUrl.describe(
    'Where WISECP is installed, without /api: https://billing.example.com, or https://example.com/index.php where its API URL has that.',
  ),
  generation: z
    .enum(['v5', 'v3'])
    .describe('Which API this WISECP has: v5 for WISECP 5 (/api/v1, Bearer key), v3 for WISECP 3.1.7 to 4 (Apikey).'),
  apiKey: secretReference.describe('Reference to the key of an API credential that may use the Keyturn action.'),
  action: z
    .string()
    .regex(/^[A-Za-z0-9]{1,40}\/[A-Za-z0-9]{1,40}$/, 'Give <Group>/<Action>, such as Keyturn/Letter.')
    .optional()
    .describe(
      'Generation v3 only: the connector\'s action as the credential\'s permissions list it, if not "Keyturn/Letter".',
    ),
  connector: connectorOption,
});

const binding = z.strictObject({});

/** Options of a WISECP panel and of its bindings. The module has one set of settings, so all bindings mean the same place. */
export const wisecpSchemas = { panel, binding, place: [] };

export type WisecpOptions = z.infer<typeof panel>;
