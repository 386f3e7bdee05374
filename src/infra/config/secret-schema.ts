import { z } from 'zod';
import { DEFAULT_FIELDS } from '../../core/credential-payload.ts';
import type { SecretRef, SecretShape, StoreId } from '../../core/model.ts';

/*
 * `secret` of an account: where a credential is kept, and in what shape. Which options go together depends on the shape, so that is
 * checked by hand; a union of sections would tell people of the wrong one.
 */

export const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const NAME_WANTED =
  'is not a usable name. Use 1 to 64 letters, digits, "-" and "_", beginning with a letter or a digit.';

const secretName = z.string().min(1).max(512);

const field = z.string().min(1).max(128);

const fields = z
  .strictObject({
    resellerId: field.default(DEFAULT_FIELDS.resellerId).describe('The field with the Reseller ID'),
    apiKey: field.default(DEFAULT_FIELDS.apiKey).describe('The field with the API key'),
  })
  .refine((names) => names.resellerId !== names.apiKey, {
    path: ['apiKey'],
    message: 'is the field of the Reseller ID too. Give each its own.',
  });

function part(what: string) {
  return z
    .strictObject({ name: secretName.describe(`The name of the secret that is the ${what} and nothing else`) })
    .optional()
    .describe(`Instead of "name": the ${what} in a secret of its own`);
}

export const secretSchema = z
  .strictObject({
    store: z.string().regex(NAME, NAME_WANTED).describe('A store of this file'),
    name: secretName.optional().describe('The name of the secret in that store'),
    format: z
      .enum(['json', 'plain'])
      .optional()
      .describe(
        'What the secret is: JSON with two fields (json, the default), or the API key and nothing else (plain)',
      ),
    fields: fields
      .optional()
      .describe('The names of the two fields in a JSON secret; without it resellerId and apiKey'),
    resellerId: part('Reseller ID'),
    apiKey: part('API key'),
  })
  .superRefine((secret, context) => {
    for (const [path, message] of mistakesIn(secret)) context.addIssue({ code: 'custom', path: [path], message });
  });

export type ParsedSecret = z.output<typeof secretSchema>;

type Mistake = readonly [option: keyof ParsedSecret, message: string];

/** What is missing is told by its description, like any other option. */
function missing(option: Mistake[0]): Mistake {
  return [option, ''];
}

const WITHOUT_PARTS = 'Leave it out, or leave resellerId and apiKey out.';

function mistakesIn(secret: ParsedSecret): readonly Mistake[] {
  const { name, format, fields: names, resellerId, apiKey } = secret;
  if (resellerId !== undefined || apiKey !== undefined) return mistakesInParts(secret);
  if (name === undefined) return [missing('name')];
  return format === 'plain' && names ? [['fields', 'does not go with format plain. Leave one of the two out.']] : [];
}

function mistakesInParts({ name, format, fields: names, resellerId, apiKey }: ParsedSecret): readonly Mistake[] {
  if (apiKey === undefined) return [missing('apiKey')];
  if (resellerId === undefined) return [missing('resellerId')];
  const mistakes: Mistake[] = [];
  if (name !== undefined) mistakes.push(['name', `does not go with a secret for each field. ${WITHOUT_PARTS}`]);
  if (names !== undefined) mistakes.push(['fields', `does not go with a secret for each field. ${WITHOUT_PARTS}`]);
  if (format === 'json') mistakes.push(['format', 'cannot be json with a secret for each field. Leave it out.']);
  return mistakes;
}

/** A secret that is the API key and nothing else has no place for the Reseller ID. */
export function needsResellerId({ format, resellerId }: ParsedSecret): boolean {
  return format === 'plain' && resellerId === undefined;
}

/** The checked options as the use cases know them. */
export function toSecretRef({ store, name, apiKey, ...rest }: ParsedSecret): SecretRef {
  const shape = shapeOf(rest);
  return { store: store as StoreId, name: apiKey?.name ?? name ?? '', ...(shape && { shape }) };
}

function shapeOf({
  format,
  fields: names,
  resellerId,
}: Omit<ParsedSecret, 'store' | 'name' | 'apiKey'>): SecretShape | undefined {
  if (resellerId !== undefined) return { format: 'plain', resellerIdSecret: resellerId.name };
  if (format === 'plain') return { format };
  return names && { format: 'json', fields: names };
}
