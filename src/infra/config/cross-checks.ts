import { ENVIRONMENTS } from '../../core/model.ts';
import type { ProviderOptions } from './check-kinds.ts';
import { isSection, sectionAt, storeReferencesIn, textAt } from './option-values.ts';
import { type ConfigPath, type ConfigProblem, formatPath } from './problem.ts';
import { unknownName } from './schema-problems.ts';
import type { YamlTree } from './yaml-tree.ts';

type Report = (path: ConfigPath, what: string, fix: string) => void;

/** What only the file as a whole can show: names that lead nowhere, the same thing configured twice, stores in a circle. */
export function crossCheck(tree: YamlTree, options: ProviderOptions): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report: Report = (path, what, fix) =>
    problems.push({ path: formatPath(path), ...tree.positionOf(path, 'value'), what, fix });
  checkAccounts(tree.value, report);
  checkBindings(tree.value, options, report);
  checkReferences(tree.value, report);
  return problems;
}

function checkAccounts(root: unknown, report: Report): void {
  const stores = Object.keys(sectionAt(root, 'stores'));
  const owners = new Map<string, string>();
  for (const [id, account] of Object.entries(sectionAt(root, 'accounts'))) {
    for (const environment of ENVIRONMENTS) {
      const secret = sectionAt(sectionAt(account, environment), 'secret');
      const path = ['accounts', id, environment, 'secret'];
      const store = textAt(secret, 'store');
      const name = textAt(secret, 'name');
      if (store !== undefined && !stores.includes(store))
        report([...path, 'store'], ...unknownName('store', store, stores));
      if (store === undefined || name === undefined) continue;
      const key = JSON.stringify([store, name]);
      const owner = owners.get(key);
      const fix = 'Give each account and environment a secret of its own.';
      if (owner) report([...path, 'name'], `is the secret of ${owner} too`, fix);
      else owners.set(key, formatPath(['accounts', id, environment]));
    }
  }
}

function checkBindings(root: unknown, options: ProviderOptions, report: Report): void {
  const accounts = sectionAt(root, 'accounts');
  const names = Object.keys(accounts);
  for (const [id, panel] of Object.entries(sectionAt(root, 'panels'))) {
    const list: readonly unknown[] = isSection(panel) && Array.isArray(panel['bindings']) ? panel['bindings'] : [];
    const copies = new Map<string, number>();
    const places = new Map<string, number>();
    for (const [index, binding] of list.entries()) {
      const path = ['panels', id, 'bindings', index];
      const account = textAt(binding, 'account');
      if (account === undefined) continue;
      const environment = textAt(binding, 'environment') ?? 'live';
      checkTarget(accounts, names, account, environment, path, report);
      const copy = copies.get(`${account}/${environment}`);
      copies.set(`${account}/${environment}`, copy ?? index);
      if (copy !== undefined)
        report(path, `is the same account and environment as bindings[${copy}]`, 'Remove one of them.');
      else checkPlace(options.panels.get(id)?.places[index], index, places, path, report);
    }
  }
}

function checkTarget(
  accounts: Readonly<Record<string, unknown>>,
  names: readonly string[],
  account: string,
  environment: string,
  path: ConfigPath,
  report: Report,
): void {
  if (!Object.hasOwn(accounts, account)) {
    report([...path, 'account'], ...unknownName('account', account, names));
    return;
  }
  const target = accounts[account];
  const isKnown = ENVIRONMENTS.some((known) => known === environment);
  if (!isKnown || !isSection(target) || Object.hasOwn(target, environment)) return;
  const where = formatPath(['accounts', account]);
  report([...path, 'environment'], `${where} has no ${environment} credential`, `Add "${environment}" to ${where}.`);
}

/** Two credentials in one place would overwrite each other for ever. */
function checkPlace(
  place: string | undefined,
  index: number,
  places: Map<string, number>,
  path: ConfigPath,
  report: Report,
): void {
  if (place === undefined) return;
  const other = places.get(place);
  if (other === undefined) places.set(place, index);
  else {
    const fix = 'Give each binding the options that tell its place in the panel apart, or remove one.';
    report(path, `points to the same place in the panel as bindings[${other}]`, fix);
  }
}

function checkReferences(root: unknown, report: Report): void {
  const stores = sectionAt(root, 'stores');
  const names = Object.keys(stores);
  for (const { path, store } of storeReferencesIn(root)) {
    if (!Object.hasOwn(stores, store)) report(path, ...unknownName('store', store, names));
  }
  const next = new Map(names.map((id) => [id, storeReferencesIn(stores[id])]));
  for (const id of names) {
    const loop = next.get(id)?.find(({ store }) => reaches(next, store, id, new Set()));
    if (loop)
      report(['stores', id, ...loop.path], 'leads back to this same store', 'Use an env: or file: reference here.');
  }
}

type StoreGraph = ReadonlyMap<string, readonly { readonly store: string }[]>;

function reaches(graph: StoreGraph, from: string, goal: string, seen: Set<string>): boolean {
  if (from === goal) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (graph.get(from) ?? []).some(({ store }) => reaches(graph, store, goal, seen));
}
