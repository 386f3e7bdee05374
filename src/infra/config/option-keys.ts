import { type ZodType, z } from 'zod';
import type { ConfigPath } from './problem.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

const cache = new WeakMap<ZodType, JsonSchema>();

/** The JSON Schema of what may be written in the file (not of what comes out of parsing it). */
export function inputJsonSchema(schema: ZodType): JsonSchema {
  const known = cache.get(schema);
  if (known) return known;
  const fresh: JsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    cycles: 'ref',
  });
  cache.set(schema, fresh);
  return fresh;
}

/** The option names that a schema knows at a path; for a choice between shapes, those of all of them. */
export function optionNamesAt(schema: ZodType, path: ConfigPath): readonly string[] {
  const names = partsAt([inputJsonSchema(schema)], path).flatMap((part) => Object.keys(part.properties ?? {}));
  return [...new Set(names)];
}

/** What a schema says about the option at a path, if it says anything. */
export function descriptionAt(schema: ZodType, path: ConfigPath): string | undefined {
  return partsAt([inputJsonSchema(schema)], path).find((part) => part.description !== undefined)?.description;
}

function partsAt(parts: readonly JsonSchema[], path: ConfigPath): readonly JsonSchema[] {
  const [segment, ...rest] = path;
  const all = parts.flatMap(alternatives);
  if (segment === undefined) return all;
  return partsAt(
    all.flatMap((part) => step(part, segment)),
    rest,
  );
}

function alternatives(part: JsonSchema): readonly JsonSchema[] {
  const choices = [...(part.anyOf ?? []), ...(part.oneOf ?? []), ...(part.allOf ?? [])];
  return [part, ...choices.filter((choice) => typeof choice === 'object').flatMap(alternatives)];
}

function step(part: JsonSchema, segment: string | number): readonly JsonSchema[] {
  const items = Array.isArray(part.items) ? part.items : [part.items];
  const next = typeof segment === 'number' ? items : [part.properties?.[segment] ?? part.additionalProperties];
  return next.filter((schema) => typeof schema === 'object');
}
