import { z } from 'zod';
import { ENVIRONMENTS } from '../../core/model.ts';
import { SECRET_REFERENCE, SECRET_REFERENCE_WANTED, type SecretReference } from '../../core/secret-reference.ts';
import { NAME, NAME_WANTED, needsResellerId, secretSchema } from './secret-schema.ts';

/*
 * Everything in keyturn.yaml that no provider owns. The descriptions are shown by editors (JSON Schema) and in the fix of a
 * "missing" problem, so each is one sentence without a full stop.
 */

const RESELLER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const name = z.string().regex(NAME, NAME_WANTED);

const reference = z
  .string()
  .regex(SECRET_REFERENCE, SECRET_REFERENCE_WANTED)
  .transform((text) => text as SecretReference);

const target = z
  .strictObject({
    secret: secretSchema.describe('Where the Reseller ID and the API key are kept'),
    resellerId: z
      .string()
      .regex(
        RESELLER_ID,
        "is not a Reseller ID. Copy it from the vendor's panel; it looks like 0a1b2c3d-0000-0000-0000-000000000000.",
      )
      .optional()
      .describe('The Reseller ID that the credential must have; a different one is refused'),
  })
  .refine(({ secret, resellerId }) => resellerId !== undefined || !needsResellerId(secret), {
    path: ['resellerId'],
    message: '',
  });

const account = z
  .strictObject({ live: target.optional(), test: target.optional() })
  .refine((one) => one.live !== undefined || one.test !== undefined, {
    message: 'has no environment. Add "live" or "test" with the secret of this account.',
  });

const binding = z.looseObject({
  account: name.describe('An account of this file'),
  environment: z.enum(ENVIRONMENTS).default('live').describe("Which of the account's credentials this panel holds"),
  policy: z
    .enum(['alert', 'heal'])
    .default('alert')
    .describe('What the drift check does about drift: tell only (alert) or put the right credential back (heal)'),
});

const store = z.looseObject({ kind: z.string().min(1).describe('What kind of store this is') });

const panel = z.looseObject({
  kind: z.string().min(1).describe('What kind of panel this is'),
  bindings: z.array(binding).min(1).describe('The credentials that this panel holds'),
});

const worker = z.strictObject({
  concurrency: z.int().min(1).max(1000).default(100).describe('Panels worked on at the same time'),
  chunkSize: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Bindings that one queue job carries; by default a tenth of the fan-out, 25 to 200'),
  drainSeconds: z.int().min(0).max(3600).default(10).describe('On shutdown: how long running work may still finish'),
  abortSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(5)
    .describe('On shutdown, after that: how long cut-off work may take to stop'),
  watchSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .default(60)
    .describe('How often the stores are looked at for versions that somebody else wrote; 0 switches that off'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('The least severe log line that is written'),
});

/** The file as a whole. Panel, binding and store entries keep the options that belong to their kind. */
export const configSchema = z.strictObject({
  fingerprintKey: reference.describe('The key of all fingerprints, the same on every worker; "keyturn init" makes one'),
  redis: z
    .strictObject({ url: reference.describe('Where the address of Redis is to be found') })
    .optional()
    .describe('The Redis that holds the queue; without it Keyturn starts a private one'),
  stores: z.record(name, store).describe('The secret stores, each under a name of your choice'),
  vendor: z.unknown().optional().describe("Addresses and pace of the vendor's API"),
  accounts: z.record(name, account).describe('The reseller accounts, each under a name of your choice'),
  panels: z.record(name, panel).default({}).describe('The panels, each under a name of your choice'),
  worker: worker.prefault({}).describe('How the worker works'),
});

/** Sections that may be there without any option. */
export const OPTIONAL_SECTIONS: readonly string[] = ['redis', 'vendor', 'panels', 'worker'];

export type ParsedConfig = z.output<typeof configSchema>;
export type WorkerOptions = z.output<typeof worker>;
