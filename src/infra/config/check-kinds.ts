import type { ZodType } from 'zod';
import type { ConfigKinds, PanelOptionSchemas } from './config.ts';
import { isSection, listAt, type Section, sectionAt, textAt, withAbsolutePaths } from './option-values.ts';
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

/** The schemas of the kinds that the file uses, and the names of all kinds there are. */
interface Kinds<Schema> {
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly known: readonly string[];
}

interface Where {
  readonly path: ConfigPath;
  readonly ours: readonly string[];
}

const STORE_OPTIONS = ['kind'];
const PANEL_OPTIONS = ['kind', 'bindings'];
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
    stores: checkStores(checking, stores, { schemas: storeSchemas, known: Object.keys(kinds.stores) }),
    panels: checkPanels(checking, panels, { schemas: panelSchemas, known: Object.keys(kinds.panels) }),
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

function checkStores(checking: Checking, section: Section, kinds: Kinds<ZodType>): ReadonlyMap<string, unknown> {
  const stores = new Map<string, unknown>();
  for (const [id, entry] of Object.entries(section)) {
    const path = ['stores', id];
    const schema = schemaFor(checking, path, entry, kinds);
    if (schema) stores.set(id, checkOptions(checking, schema, entry, { path, ours: STORE_OPTIONS }));
  }
  return stores;
}

function checkPanels(
  checking: Checking,
  section: Section,
  kinds: Kinds<PanelOptionSchemas>,
): ReadonlyMap<string, PanelOptions> {
  const panels = new Map<string, PanelOptions>();
  for (const [id, entry] of Object.entries(section)) {
    const path = ['panels', id];
    const schemas = schemaFor(checking, path, entry, kinds);
    if (!schemas || !isSection(entry)) continue;
    const panel = checkOptions(checking, schemas.panel, entry, { path, ours: PANEL_OPTIONS });
    const bindings = listAt(entry, 'bindings').map((binding, index) => {
      const where = { path: [...path, 'bindings', index], ours: BINDING_OPTIONS };
      return isSection(binding) ? checkOptions(checking, schemas.binding, binding, where) : undefined;
    });
    panels.set(id, { panel, bindings, places: bindings.map((binding) => placeOf(binding, schemas.place)) });
  }
  return panels;
}

function placeOf(binding: unknown, names: readonly string[] | undefined): string | undefined {
  if (!isSection(binding)) return undefined;
  return JSON.stringify(names ? names.map((name) => [name, binding[name] ?? null]) : binding);
}

function checkVendor(checking: Checking, schema: ZodType): unknown {
  const value = isSection(checking.tree.value) ? checking.tree.value['vendor'] : undefined;
  return checkOptions(checking, schema, value ?? {}, { path: ['vendor'], ours: [] });
}

/** The schema of an entry's kind. A missing kind is the business of the file's own schema. */
function schemaFor<Schema>(
  { tree, problems }: Checking,
  path: ConfigPath,
  entry: unknown,
  { schemas, known }: Kinds<Schema>,
): Schema | undefined {
  const kind = textAt(entry, 'kind');
  if (kind === undefined || kind === '') return undefined;
  const schema = schemas.get(kind);
  if (schema !== undefined) return schema;
  const [what, fix] = unknownName('kind', kind, known);
  const full = [...path, 'kind'];
  problems.push({ path: formatPath(full), ...tree.positionOf(full, 'value'), what, fix });
  return undefined;
}

/** Checks what is left of an entry without the options in `ours`, which belong to Keyturn. */
function checkOptions(checking: Checking, schema: ZodType, entry: unknown, where: Where): unknown {
  const { tree, directory, problems } = checking;
  const checked = checkAgainst(schema, without(entry, where.ours), { tree, prefix: where.path, alsoKnown: where.ours });
  problems.push(...checked.problems);
  return withAbsolutePaths(checked.output, directory);
}

function without(entry: unknown, keys: readonly string[]): unknown {
  if (!isSection(entry)) return entry;
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !keys.includes(key)));
}
