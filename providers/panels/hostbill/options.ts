import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { connectorOption } from '../../shared/connector/options.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const panel = z.strictObject({
  url: baseUrl.describe("HostBill's admin folder, under the name it has there: https://billing.example.com/admin."),
  apiId: secretReference.describe('Reference to the API ID (Settings > Security > API Access).'),
  apiKey: secretReference.describe('Reference to the API Key that belongs to the API ID.'),
  connector: connectorOption,
});

const binding = z.strictObject({
  app: z
    .union([z.literal('module'), z.int().positive()])
    .optional()
    .describe(
      'Where the credential stands if the module has Apps: the id of the App (Settings > Apps), or "module" for the module\'s own configuration.',
    ),
});

/** Options of a HostBill panel and of its bindings. */
export const hostbillSchemas = { panel, binding, place: ['app'] };

export type HostbillOptions = z.infer<typeof panel>;

/** The connector's name of the place that a binding means; undefined if it names none. */
export function placeOf(bindingOptions: unknown): string | undefined {
  const { app } = binding.parse(bindingOptions);
  return typeof app === 'number' ? `app-${app}` : app;
}
