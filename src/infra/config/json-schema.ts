import type { ZodType } from 'zod';
import type { ConfigKinds } from './config.ts';
import { inputJsonSchema, type JsonSchema } from './option-keys.ts';
import { configSchema, OPTIONAL_SECTIONS } from './schema.ts';

type Properties = Record<string, JsonSchema | boolean>;

interface Variant {
  readonly kind: string;
  readonly title: string;
  readonly schema: JsonSchema;
}

/**
 * The JSON Schema (draft 7, which editors know best) of keyturn.yaml with all kinds. Once an entry has a `kind`, an editor
 * offers and checks that kind's options alone.
 */
export async function buildJsonSchema(kinds: ConfigKinds): Promise<JsonSchema> {
  const root = structuredClone(inputJsonSchema(configSchema));
  const stores = sectionOf(root, 'stores');
  const panels = sectionOf(root, 'panels');
  stores.additionalProperties = byKind(await storeVariants(kinds), entryOf(stores));
  panels.additionalProperties = byKind(await panelVariants(kinds, entryOf(panels)), entryOf(panels));
  const properties: Properties = { ...root.properties, vendor: optionSchema(kinds.vendor) };
  for (const name of OPTIONAL_SECTIONS) properties[name] = orEmpty(properties[name]);
  return { ...root, title: 'keyturn.yaml', properties };
}

async function storeVariants(kinds: ConfigKinds): Promise<readonly Variant[]> {
  return await Promise.all(
    Object.entries(kinds.stores).map(async ([kind, store]) => ({
      kind,
      title: store.title,
      schema: optionSchema(await store.schema()),
    })),
  );
}

async function panelVariants(kinds: ConfigKinds, entry: JsonSchema): Promise<readonly Variant[]> {
  const list = objectIn(entry.properties?.['bindings']);
  const item = objectIn(Array.isArray(list.items) ? undefined : list.items);
  return await Promise.all(
    Object.entries(kinds.panels).map(async ([kind, panel]) => {
      const { panel: options, binding } = await panel.schemas();
      const bindings = {
        ...list,
        items: withProperties(optionSchema(binding), item.properties ?? {}, item.required ?? []),
      };
      return { kind, title: panel.title, schema: withProperties(optionSchema(options), { bindings }, ['bindings']) };
    }),
  );
}

function byKind(variants: readonly Variant[], entry: JsonSchema): JsonSchema {
  const kind = { ...objectIn(entry.properties?.['kind']), enum: variants.map((variant) => variant.kind) };
  return {
    type: 'object',
    properties: { ...entry.properties, kind },
    required: entry.required ?? [],
    allOf: variants.map((variant) => ({
      if: { properties: { kind: { const: variant.kind } }, required: ['kind'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { ...withProperties(variant.schema, { kind: { const: variant.kind } }, ['kind']), title: variant.title },
    })),
  };
}

/** Adds options to every shape that a schema allows; its own come last, as an editor shows them. */
function withProperties(schema: JsonSchema, properties: Properties, required: readonly string[]): JsonSchema {
  for (const choice of ['anyOf', 'oneOf'] as const) {
    const shapes = schema[choice];
    if (shapes)
      return { ...schema, [choice]: shapes.map((shape) => withProperties(objectIn(shape), properties, required)) };
  }
  return {
    ...schema,
    properties: { ...properties, ...schema.properties },
    required: [...required, ...(schema.required ?? [])],
  };
}

function optionSchema(schema: ZodType): JsonSchema {
  const { $schema: _, ...rest } = structuredClone(inputJsonSchema(schema));
  return rest;
}

function sectionOf(root: JsonSchema, name: string): JsonSchema {
  return objectIn(root.properties?.[name]);
}

function entryOf(section: JsonSchema): JsonSchema {
  return objectIn(section.additionalProperties);
}

/** A section whose options are all commented out is `null` to an editor. */
function orEmpty(schema: JsonSchema | boolean | undefined): JsonSchema {
  const section = objectIn(schema);
  return section.type === 'object' ? { ...section, type: ['object', 'null'] } : section;
}

function objectIn(schema: JsonSchema | boolean | undefined): JsonSchema {
  return typeof schema === 'object' ? schema : {};
}
