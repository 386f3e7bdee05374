import { z } from 'zod';
import { SecretValue } from '../../../src/core/secret-value.ts';

/** More than any company has. Counted before the items are read, because what is read is remembered (see `MAX_KEY`). */
const MAX_ITEMS = 100;

/** PHP encodes an empty record as a list. */
const emptyList = z.tuple([]).transform(() => ({}));

const refused = z.looseObject({ errors: z.union([emptyList, z.record(z.string(), z.unknown())]).nullish() });

/**
 * Every answer: the value under `response`, or `errors` per field; the latter may come with status 200 as well. Blesta's older
 * documentation shows them one level down, in `model`.
 */
export const envelopeSchema = refused
  .extend({ response: z.unknown().optional(), model: refused.optional().catch(undefined) })
  .transform(({ response, errors, model }) => ({ response, errors: errors ?? model?.errors }));

const id = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
const text = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === null || value === undefined || value === false ? '' : String(value)));

/** The version is shown to people, so anything that does not look like one is left out. */
const version = z
  .string()
  .regex(/^[\w.+-]{1,40}$/)
  .optional()
  .catch(undefined);
const moduleSchema = z.object({ id, version });
/** `getByClass`: the installed modules of the class; one company can have at most one. */
export const modulesSchema = z.union([listOf(moduleSchema), moduleSchema.transform((module) => [module]), nothing()]);
export type BlestaModule = z.infer<typeof moduleSchema>;

/** What is longer is no key. It matters because every value is remembered for redaction, and that memory is finite. */
const MAX_KEY = 4_096;
const key = text.pipe(z.string().max(MAX_KEY)).transform((value) => new SecretValue(value));
const metaSchema = z.looseObject({ user: text, key, sandbox: text });
const rowSchema = z
  .object({ id, meta: z.union([emptyList.pipe(metaSchema), metaSchema]) })
  .transform(({ id: rowId, meta }) => {
    const { user, key: stored, sandbox, ...others } = meta;
    return { id: rowId, user, key: stored, sandbox, others };
  });
export const rowsSchema = z.union([listOf(rowSchema), nothing()]);

/** One account row of the module. `key` is whatever the API gave, exactly; `others` are meta values that Keyturn only passes on. */
export type BlestaRow = z.infer<typeof rowSchema>;

export const editedSchema = id;
export const booleanSchema = z.union([
  z.boolean(),
  z.union([z.literal(1), z.literal('1'), z.literal('true')]).transform(() => true),
  z.union([z.literal(0), z.literal('0'), z.literal('false'), z.literal('')]).transform(() => false),
]);

/** PHP writes a list as a record once its numbering has gaps. */
function listOf<T extends z.ZodType>(item: T) {
  const numbered = z.record(z.string().regex(/^\d+$/), z.unknown()).transform((record) => Object.values(record));
  return z
    .union([z.array(z.unknown()), numbered])
    .pipe(z.array(z.unknown()).max(MAX_ITEMS))
    .pipe(z.array(item));
}

/** PHP's ways to say "none found". */
function nothing() {
  return z.union([z.literal(false), z.null()]).transform(() => []);
}
