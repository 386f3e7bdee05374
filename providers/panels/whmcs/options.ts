import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';
import { connectorOption } from '../../shared/connector/options.ts';
import { secretReference } from '../../shared/secret-reference.ts';

/** The module's own names for what Keyturn writes (reference domainnameapi.md, section 8.3). */
export const FIELDS = { username: 'API_UserName', password: 'API_Password', testMode: 'API_TestMode' } as const;

export const OWNED_FIELDS: readonly string[] = Object.values(FIELDS);
/** A setting of the module that holds a key of another service: the configuration file is no place for it. */
const SECRET_SETTING = /key|secret|password|token/i;

const settings = z
  .record(
    z.string().regex(/^[A-Za-z0-9_]+$/, 'Give the name of a setting as the module knows it, such as basecurrency.'),
    z.string(),
  )
  .refine((record) => !Object.keys(record).some((name) => OWNED_FIELDS.includes(name)), {
    error: `${OWNED_FIELDS.join(', ')} are written by Keyturn and may not be set here.`,
  })
  .refine((record) => !Object.keys(record).some((name) => !OWNED_FIELDS.includes(name) && SECRET_SETTING.test(name)), {
    error: 'A setting that holds a secret may not stand in the configuration file; enter it in WHMCS.',
  });

const panel = z.strictObject({
  url: baseUrl.describe(
    'Where WHMCS is installed, without /includes/api.php: https://billing.example.com or https://example.com/whmcs.',
  ),
  identifier: secretReference.describe('Reference to the identifier of the WHMCS API credential.'),
  secret: secretReference.describe('Reference to the secret of the WHMCS API credential.'),
  accessKey: secretReference
    .optional()
    .describe(
      "Reference to the API access key ($api_access_key), if the worker's address is not on WHMCS's API allow-list.",
    ),
  connector: connectorOption.optional(),
});

const binding = z.strictObject({
  canaryDomainId: z
    .int()
    .positive()
    .optional()
    .describe(
      'WHMCS id of one domain that is registered through this module; reading it proves the stored credential.',
    ),
  settings: settings
    .optional()
    .describe(
      "The module's other, non-secret settings; they are sent along so that a WHMCS which replaces all settings loses none.",
    ),
});

/** Options of a WHMCS panel and of its bindings. The module has one set of settings, so all bindings mean the same place. */
export const whmcsSchemas = { panel, binding, place: [] };

export type WhmcsOptions = z.infer<typeof panel>;
export type WhmcsBinding = z.infer<typeof binding>;
