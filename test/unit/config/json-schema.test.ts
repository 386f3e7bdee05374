import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { panelKinds, storeKinds } from '../../../providers/registry.ts';
import { vendorOptions } from '../../../providers/vendors/domainnameapi/options.ts';
import { buildJsonSchema } from '../../../src/infra/config/json-schema.ts';
import { inputJsonSchema } from '../../../src/infra/config/option-keys.ts';

const PUBLISHED = join(import.meta.dirname, '../../../docs/keyturn.schema.json');

/** Every options schema of every provider, by a name for the test's title. */
async function providerSchemas(): Promise<readonly (readonly [string, ZodType])[]> {
  const stores = Object.entries(storeKinds).map(async ([kind, store]) => [
    [`store ${kind}`, await store.schema()] as const,
  ]);
  const panels = Object.entries(panelKinds).map(async ([kind, panel]) => {
    const { panel: options, binding } = await panel.schemas();
    return [[`panel ${kind}`, options] as const, [`binding of ${kind}`, binding] as const];
  });
  return [...(await Promise.all([...stores, ...panels])).flat(), ['vendor', vendorOptions]];
}

describe('the JSON Schema for editors', () => {
  // After a change of any option: npx vitest run --project unit test/unit/config/json-schema.test.ts -u
  it('is published as docs/keyturn.schema.json and up to date', async () => {
    const schema = await buildJsonSchema({ stores: storeKinds, panels: panelKinds, vendor: vendorOptions });
    await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(PUBLISHED);
  });

  it('offers and demands what belongs to the kind of an entry, beside what belongs to every entry', async () => {
    const schema = await buildJsonSchema({ stores: storeKinds, panels: panelKinds, vendor: vendorOptions });
    const panel = ['properties', 'panels', 'additionalProperties'];
    const whmcs = [...panel, 'allOf', Object.keys(panelKinds).indexOf('whmcs')].map(String);

    expect(schema).toHaveProperty([...panel, 'properties', 'kind', 'enum'], Object.keys(panelKinds));
    expect(schema).toHaveProperty([...whmcs, 'if', 'properties', 'kind', 'const'], 'whmcs');
    expect(schema).toHaveProperty([...whmcs, 'then', 'additionalProperties'], false);
    expect(schema).toHaveProperty([...whmcs, 'then', 'required'], ['kind', 'bindings', 'url', 'identifier', 'secret']);
    const binding = [...whmcs, 'then', 'properties', 'bindings', 'items'];
    expect(schema).toHaveProperty([...binding, 'properties', 'account']);
    expect(schema).toHaveProperty([...binding, 'properties', 'canaryDomainId']);
    expect(schema).toHaveProperty([...binding, 'additionalProperties'], false);
  });
});

/** The common page of all options, and the page of the kind at the end of `name`, if it has one. */
async function referenceOf(name: string): Promise<string> {
  const kind = name.split(' ').at(-1) ?? '';
  const pages = ['configuration.md', `panels/${kind}.md`, `stores/${kind}.md`];
  const texts = pages.map((page) => readFile(join(import.meta.dirname, '../../../docs', page), 'utf8').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}

describe.each(await providerSchemas())('the options of %s', (name, schema) => {
  it('are in docs/configuration.md or on the page of the kind', async () => {
    const reference = await referenceOf(name);
    for (const option of Object.keys(inputJsonSchema(schema).properties ?? {})) {
      expect(reference).toMatch(new RegExp(`\\b${option}\\b`));
    }
  });

  it('refuse what they do not know, so that a misspelt option is noticed', () => {
    expect(inputJsonSchema(schema)).toHaveProperty('additionalProperties', false);
  });

  it('are described one by one', () => {
    for (const option of Object.values(inputJsonSchema(schema).properties ?? {})) {
      expect(option).toHaveProperty('description');
    }
  });
});
