import { z } from 'zod';
import type { Fingerprint } from '../../../src/core/model.ts';

/* Replies of a connector, protocol 1 (docs/panels/connector.md). Texts that are shown to people must look harmless. */

const version = z
  .string()
  .regex(/^[\w.+-]{1,40}$/)
  .nullish()
  .catch(undefined);
const address = z.union([z.ipv4(), z.ipv6()]).nullish().catch(undefined);
const fingerprint = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .transform((text) => text as Fingerprint);

const factsSchema = z.object({
  raw: fingerprint,
  normalized: fingerprint,
  shape: z.enum(['empty', 'uuid', 'email', 'mask', 'placeholder', 'opaque']),
  outerWhitespace: z.boolean(),
  invisibleCharacters: z.boolean(),
  length: z.int().nonnegative(),
});

/** The connector's own names (Blesta's `companyId 1 rowId 3`, HostBill's `app-7`), repeated in findings: no room for sentences. */
const placeId = z.string().regex(/^[\w -]{0,60}$/);

const moduleVersions = z.object({ version, library: version });

export const describeSchema = z.object({
  connector: z.string().regex(/^\d+\.\d+\.\d+$/),
  protocol: z.int(),
  panel: z.object({ kind: z.string().regex(/^[a-z]{1,20}$/), version }),
  php: version,
  module: moduleVersions.extend({ present: z.boolean(), active: z.boolean().nullish() }),
  places: z.array(z.object({ id: placeId, label: z.string().max(200) })).max(200),
  write: z.boolean(),
  testMode: z.boolean(),
  time: z.int(),
  opened: z.string().nullish(),
  stateWritable: z.boolean(),
  address: z.object({ caller: address }),
});
export type Description = z.infer<typeof describeSchema>;

export const observeSchema = z.object({
  username: factsSchema,
  password: factsSchema,
  testMode: z.boolean().nullable(),
  others: z.string(),
  module: moduleVersions,
});
export type Observed = z.infer<typeof observeSchema>;

export const applySchema = z.object({ changed: z.boolean() });

const transport = z.object({
  code: z.int(),
  reason: z.enum(['timeout', 'refused', 'dns', 'tls', 'reset', 'other']).catch('other'),
});

export const checkSchema = z.discriminatedUnion('asked', [
  z.object({
    asked: z.literal(true),
    environment: z.enum(['live', 'test']),
    status: z.int().nullable(),
    body: z.string(),
    retryAfter: z.string().nullish(),
    transport: transport.nullable(),
    address: z.object({ local: address, remote: address }),
    ms: z.number(),
  }),
  z.object({ asked: z.literal(false), reason: z.enum(['empty', 'legacy-username', 'outdated-library', 'unsendable']) }),
]);
export type Checked = z.infer<typeof checkSchema>;

/** A refusal's facts; only what has a known form is repeated to people. */
export const refusalSchema = z.object({
  code: z.string().regex(/^[a-z-]{1,40}$/),
  address,
  retryAfter: z.number().nonnegative().max(3_600).optional().catch(undefined),
  time: z.int().optional().catch(undefined),
  others: z
    .array(z.string().regex(/^[\w .:-]{1,60}$/))
    .max(20)
    .optional()
    .catch(undefined),
  /** Names, in the connector's own words, of the ways in which it tried to start the panel around it. */
  tried: z
    .array(z.string().regex(/^[a-z-]{1,20}$/))
    .max(10)
    .optional()
    .catch(undefined),
});
export type ConnectorRefusal = z.infer<typeof refusalSchema>;
