import type { ZodType } from 'zod';
import type { ConfigKinds, PanelOptionSchemas } from './config.ts';
import { isSection, type Section, sectionAt, textAt, withAbsolutePaths } from './option-values.ts';
import { type ConfigPath, type ConfigProblem, formatPath } from './problem.ts';
import { checkAgainst, unknownName } from './schema-problems.ts';
import type { YamlTree } from './yaml-tree.ts';

export interface PanelOptions {
  readonly panel: unknown;
  /** One for each binding, in the order of the file. */
  readonly bindings: readonly unknown[];
  /** Equal for two bindings that mean the same place in the panel; undefined for one whose options are wrong. */
  readonly places: readonly (string | undefined)[];
}

/** The options that belong to providers, parsed by their own schemas. Holds only what was right. */
export interface ProviderOptions {
  readonly stores: ReadonlyMap<string, unknown>;
  readonly panels: ReadonlyMap<string, PanelOptions>;
  readonly vendor: unknown;
}

interface Checking {
  readonly tree: YamlTree;
  readonly directory: string;
  readonly problems: ConfigProblem[];
}

/** Options of a binding that belong to Keyturn; the others go to the panel kind. */
const BINDING_OPTIONS = ['account', 'environment', 'policy'];

/** Checks every provider's options with that provider's schema; only schemas of kinds that the file uses are loaded. */
export async function checkKinds(
  tree: YamlTree,
  kinds: ConfigKinds,
  directory: string,
): Promise<{ readonly options: ProviderOptions; readonly problems: readonly ConfigProblem[] }> {
  const checking: Checking = { tree, directory, problems: [] };
  const stores = sectionAt(tree.value, 'stores');
  const panels = sectionAt(tree.value, 'panels');
  const [storeSchemas, panelSchemas] = await Promise.all([
    loadSchemas(stores, (kind) => own(kinds.stores, kind)?.schema()),
    loadSchemas(panels, (kind) => own(kinds.panels, kind)?.schemas()),
  ]);
  const options = {
    stores: checkStores(checking, stores, storeSchemas, Object.keys(kinds.stores)),
    panels: checkPanels(checking, panels, panelSchemas, Object.keys(kinds.panels)),
    vendor: checkVendor(checking, kinds.vendor),
  };
  return { options, problems: checking.problems };
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

async function loadSchemas<Schema>(
  section: Section,
  load: (kind: string) => Promise<Schema> | undefined,
): Promise<ReadonlyMap<string, Schema>> {
  const used = new Set(Object.values(section).flatMap((entry) => textAt(entry, 'kind') ?? []));
  const loaded = await Promise.all(
    [...used].map(async (kind): Promise<readonly (readonly [string, Schema])[]> => {
      const schema = await load(kind);
      return schema === undefined ? [] : [[kind, schema]];
    }),
  );
  return new Map(loaded.flat());
}

function checkStores(
  checking: Checking,
  section: Section,
  schemas: ReadonlyMap<string, ZodType>,
  kinds: readonly string[],
): ReadonlyMap<string, unknown> {
  const stores = new Map<string, unknown>();
  for (const [id, entry] of Object.entries(section)) {
    const schema = schemaFor(checking, ['stores', id], entry, schemas, kinds);
    if (schema) stores.set(id, checkOptions(checking, schema, without(entry, ['kind']), ['stores', id], ['kind']));
  }
  return stores;
}

function checkPanels(
  checking: Checking,
  section: Section,
  schemas: ReadonlyMap<string, PanelOptionSchemas>,
  kinds: readonly string[],
): ReadonlyMap<string, PanelOptions> {
  const panels = new Map<string, PanelOptions>();
  for (const [id, entry] of Object.entries(section)) {
    const path = ['panels', id];
    const schema = schemaFor(checking, path, entry, schemas, kinds);
    if (!schema || !isSection(entry)) continue;
    const known = ['kind', 'bindings'];
    const panel = checkOptions(checking, schema.panel, without(entry, known), path, known);
    const list: readonly unknown[] = Array.isArray(entry['bindings']) ? entry['bindings'] : [];
    const bindings = list.map((binding, index) => {
      if (!isSection(binding)) return undefined;
      const place = [...path, 'bindings', index];
      return checkOptions(checking, schema.binding, without(binding, BINDING_OPTIONS), place, BINDING_OPTIONS);
    });
    const places = bindings.map((binding) => placeOf(binding, schema.place));
    panels.set(id, { panel, bindings, places });
  }
  return panels;
}

function placeOf(binding: unknown, names: readonly string[] | undefined): string | undefined {
  if (!isSection(binding)) return undefined;
  return JSON.stringify(names ? names.map((name) => [name, binding[name] ?? null]) : binding);
}

function checkVendor(checking: Checking, schema: ZodType): unknown {
  const value = isSection(checking.tree.value) ? checking.tree.value['vendor'] : undefined;
  return checkOptions(checking, schema, value ?? {}, ['vendor'], []);
}

/** The schema of an entry's kind. A missing kind is the business of the file's own schema. */
function schemaFor<Schema>(
  { tree, problems }: Checking,
  path: ConfigPath,
  entry: unknown,
  schemas: ReadonlyMap<string, Schema>,
  kinds: readonly string[],
): Schema | undefined {
  const kind = textAt(entry, 'kind');
  if (kind === undefined || kind === '') return undefined;
  const schema = schemas.get(kind);
  if (schema !== undefined) return schema;
  const [what, fix] = unknownName('kind', kind, kinds);
  const full = [...path, 'kind'];
  problems.push({ path: formatPath(full), ...tree.positionOf(full, 'value'), what, fix });
  return undefined;
}

function checkOptions(
  { tree, directory, problems }: Checking,
  schema: ZodType,
  value: unknown,
  prefix: ConfigPath,
  alsoKnown: readonly string[],
): unknown {
  const checked = checkAgainst(schema, value, { tree, prefix, alsoKnown });
  problems.push(...checked.problems);
  return withAbsolutePaths(checked.output, directory);
}

function without(entry: unknown, keys: readonly string[]): unknown {
  if (!isSection(entry)) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !keys.includes(key)));
}
