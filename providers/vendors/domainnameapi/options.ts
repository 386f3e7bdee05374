import { z } from 'zod';
import { baseUrl } from '../../shared/base-url.ts';

/** Base URLs of the vendor's REST API (reference domainnameapi.md, section 3). */
const LIVE_URL = 'https://api.domainresellerapi.com/api/v1';
const TEST_URL = 'https://ote.domainresellerapi.com/api/v1';

function endpoint(defaultUrl: string, what: string) {
  return z
    .strictObject({
      url: baseUrl.default(defaultUrl).describe(`Base URL of the ${what} REST API, up to and with /api/v1.`),
    })
    .prefault({})
    .describe(`The vendor's ${what} environment.`);
}

/** The `vendor` part of the configuration. `{}` is the vendor's own live and test API at one request a second per key. */
export const vendorOptions = z
  .strictObject({
    live: endpoint(LIVE_URL, 'live'),
    test: endpoint(TEST_URL, 'test (OTE)'),
    pace: z
      .strictObject({
        requestsPerSecond: z
          .number()
          .positive()
          .max(100)
          .default(1)
          .describe(
            'Requests a second with one API key, over all workers together. The vendor answers 429 to more than 1.',
          ),
      })
      .prefault({})
      .describe('How fast the vendor may be asked.'),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe('PEM file with the certificates of a private CA, trusted beside the public ones.'),
    timeoutSeconds: z
      .number()
      .positive()
      .max(120)
      .default(15)
      .describe('Time for one whole request to the vendor, in seconds.'),
  })
  .describe('How DomainNameAPI is asked whether a credential works.');

export type VendorOptions = z.infer<typeof vendorOptions>;
