import { z } from 'zod';

/* What docs/json-output.md promises, strictly: one field more or less fails the tests. */

const place = { panel: z.string(), account: z.string(), environment: z.enum(['live', 'test']) };

const checkedBinding = z.strictObject({
  ...place,
  status: z.enum(['in-sync', 'drift', 'unobservable', 'inconclusive']),
  drift: z.array(z.string()),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
  evidence: z.array(z.string()),
  checkedAt: z.iso.datetime(),
});
export type CheckedBinding = z.infer<typeof checkedBinding>;

/** `keyturn check --json`. */
export const checkDocument = z.strictObject({
  bindings: z.array(checkedBinding),
  summary: z.record(z.string(), z.number()),
});

const rotatedBinding = z.strictObject({
  ...place,
  status: z.enum(['waiting', 'writing', 'written', 'proven', 'applied', 'by-hand', 'restored', 'failed']),
  drift: z.array(z.string()),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
  evidence: z.array(z.string()),
  checkedAt: z.iso.datetime().nullable(),
});

const rotation = z.strictObject({
  outcome: z.enum(['PROVEN', 'PARTIAL', 'FAILED', 'RUNNING']),
  rotation: z.uuid(),
  account: z.string(),
  environment: z.enum(['live', 'test']),
  state: z.string(),
  reason: z.string().nullable(),
  previousKey: z.enum(['none', 'dead', 'alive', 'unknown']).nullable(),
  bindings: z.array(rotatedBinding),
  summary: z.record(z.string(), z.number()),
});

/** `keyturn rotate --json`, `status --follow --json`, `confirm --json`. */
export const rotationDocument = rotation;

/** `keyturn status ID --json`. */
export const storyDocument = z.strictObject({
  ...rotation.shape,
  story: z.array(z.strictObject({ at: z.iso.datetime(), what: z.string() })),
});

/** Any command that fails before it has a result. */
export const errorDocument = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    untouched: z.string().nullable(),
    fix: z.string().nullable(),
  }),
});

const finding = z.strictObject({
  level: z.enum(['ok', 'warning', 'blocker']),
  what: z.string(),
  fix: z.string().optional(),
});

/** `keyturn plan --json`, and each account of `keyturn doctor --json`. */
export const planDocument = z.strictObject({
  go: z.boolean(),
  account: z.string(),
  environment: z.enum(['live', 'test']),
  predictedOutageSeconds: z.number(),
  findings: z.array(finding),
  bindings: z.array(
    z.strictObject({
      ...place,
      write: z.enum(['remote', 'connector', 'manual']),
      proof: z.enum(['balance', 'behaviour', 'operator']),
      findings: z.array(finding),
    }),
  ),
});

const looks = {
  panel: z.string(),
  looks: z.array(
    z.strictObject({
      id: z.string(),
      binding: z.string().nullable(),
      what: z.string(),
      state: z.enum(['ok', 'failed', 'unknown', 'not-run']),
      evidence: z.string(),
      fix: z.string().nullable(),
      code: z.string().nullable(),
    }),
  ),
  summary: z.strictObject({ ok: z.number(), failed: z.number(), unknown: z.number(), 'not-run': z.number() }),
};

/** `keyturn connector verify --json`. */
export const verifyDocument = z.strictObject(looks);

/** `keyturn panel conformance --json`. */
export const conformanceDocument = z.strictObject({ ...looks, write: z.boolean() });

/** `keyturn connector build --json`. */
export const buildDocument = z.strictObject({
  panel: z.string(),
  kind: z.string(),
  archive: z.string(),
  files: z.number(),
  connector: z.string().nullable(),
  newPairing: z.boolean(),
  pairing: z.string().nullable(),
  keptPairing: z.string().nullable(),
  steps: z.array(z.string()),
});

const errorParts = {
  code: z.string(),
  message: z.string(),
  untouched: z.string().nullable(),
  fix: z.string().nullable(),
};

/** `keyturn store copy --json`. */
export const copyDocument = z.strictObject({
  from: z.string(),
  to: z.string(),
  config: z.string(),
  accounts: z.array(
    z.strictObject({
      account: z.string(),
      environment: z.enum(['live', 'test']),
      outcome: z.enum(['copied', 'already-there', 'empty', 'refused']),
      secrets: z.array(
        z.strictObject({
          name: z.string(),
          newName: z.string(),
          payload: z.string(),
          previous: z.boolean().nullable(),
        }),
      ),
      proof: z.strictObject({ resellerId: z.string(), apiKey: z.string() }).nullable(),
      error: z.strictObject(errorParts).nullable(),
    }),
  ),
  changes: z.array(z.strictObject({ path: z.string(), line: z.number().nullable(), from: z.string(), to: z.string() })),
});
