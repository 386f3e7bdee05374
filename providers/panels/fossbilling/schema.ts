import { z } from 'zod';
import { SecretValue } from '../../../src/core/secret-value.ts';

/** PHP encodes an empty record as a list. */
const emptyList = z.tuple([]).transform(() => ({}));

/** The code is a number of FOSSBilling's own; a failure of its database gives an SQLSTATE text instead. */
const errorSchema = z.object({ code: z.union([z.number(), z.string()]) });

/** Every answer of the API, whatever its status: `result`, or `error`. */
export const envelopeSchema = z.union([
  z.object({ result: z.unknown(), error: z.null() }),
  z.object({ result: z.unknown().optional(), error: errorSchema }),
]);

const id = z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,14}$/)]).transform(Number);

/** A switch: a boolean in newer releases, the database's 0 and 1 in older ones. */
const flag = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', '', null])])
  .transform((value) => value === true || value === 1 || value === '1');

const text = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .optional()
  .transform((value) => (value === undefined || value === null || value === false ? '' : String(value)));

/** `registrar_get_pairs`: titles by id. */
export const pairsSchema = z
  .union([emptyList, z.record(z.string(), z.string().nullable())])
  .transform((pairs) => Object.entries(pairs).map(([key, title]) => ({ id: Number(key), title: title ?? '' })))
  .transform((pairs) => pairs.filter((pair) => Number.isSafeInteger(pair.id) && pair.id > 0));

/** What is longer is no key. It matters because every value is remembered for redaction, and that memory is finite. */
const MAX_KEY = 4_096;
const key = text.pipe(z.string().max(MAX_KEY)).transform((value) => new SecretValue(value));
const configSchema = z
  .looseObject({ Username: text, Password: key })
  .transform(({ Username: username, Password: password, ...others }) => ({ username, password, others }));

/** One field of the adapter's form, `[type, options]`. What cannot be read of it is no requirement. */
const requiredSchema = z.object({ required: z.unknown(), required_when: z.undefined().optional() });
const fieldSchema = z.tuple([z.unknown(), requiredSchema.optional().catch(undefined)]).rest(z.unknown());
const formSchema = z
  .union([emptyList, z.record(z.string(), fieldSchema.optional().catch(undefined))])
  .transform((form) => Object.entries(form).map(([name, field]) => ({ name, required: isRequired(field?.[1]) })));

function isRequired(options: z.infer<typeof requiredSchema> | undefined): boolean {
  return options !== undefined && ![undefined, null, false, 'false'].some((no) => no === options.required);
}

/** `registrar_get`. `others` are the adapter's settings that Keyturn only passes on; `form` is what the adapter asks for. */
export const registrarSchema = z
  .object({
    id,
    label: text,
    config: z.union([emptyList.pipe(configSchema), configSchema]),
    form: formSchema.catch([]),
    test_mode: flag,
  })
  .transform(({ config, test_mode: testMode, ...registrar }) => ({ ...registrar, ...config, testMode }));
export type Registrar = z.infer<typeof registrarSchema>;

/** `tld_get`. Releases before 0.8 do not tell the registrar. */
export const tldSchema = z.object({
  active: flag,
  allow_register: flag,
  registrar: z.object({ id: id.nullable() }).optional(),
});

/** What a change and a lookup answer when they did what was asked. */
export const doneSchema = z.literal(true);
