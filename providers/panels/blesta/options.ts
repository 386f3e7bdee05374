import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { connectorOption } from '../../shared/connector/options.ts';
import { secretReference } from '../../shared/secret-reference.ts';

const panel = z
  .strictObject({
    url: baseUrl.describe(
      'Where Blesta is installed, without /api: https://billing.example.com; without URL rewriting https://billing.example.com/index.php.',
    ),
    user: z
      .string()
      .min(1)
      .optional()
      .describe(
        'User name of the Blesta API key (Settings > System > API Access). With a connector, user and key may both be left out.',
      ),
    key: secretReference.optional().describe('Reference to the Blesta API key.'),
    connector: connectorOption
      .optional()
      .describe(
        "The plugin Keyturn inside Blesta. Its letters go through the API if user and key are given, and to the plugin's own address if not.",
      ),
  })
  .refine(({ user, key }) => (user === undefined) === (key === undefined), {
    error: 'Give user and key of the API together, or neither.',
  })
  .refine(({ user, connector }) => user !== undefined || connector !== undefined, {
    error: 'Give user and key of a Blesta API key, or connector, or both.',
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

/** What the API wants to see. */
export interface BlestaAccess extends Pick<BlestaOptions, 'url'> {
  readonly user: string;
  readonly key: NonNullable<BlestaOptions['key']>;
}

/** Undefined if Blesta is reached at the plugin's own address alone. */
export function accessOf({ url, user, key }: BlestaOptions): BlestaAccess | undefined {
  return user === undefined || key === undefined ? undefined : { url, user, key };
}
