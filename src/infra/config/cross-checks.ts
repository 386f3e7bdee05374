import { ENVIRONMENTS } from '../../core/model.ts';
import type { ProviderOptions } from './check-kinds.ts';
import { isSection, listAt, type Section, sectionAt, storeReferencesIn, textAt } from './option-values.ts';
import { type ConfigPath, type ConfigProblem, formatPath } from './problem.ts';
import { unknownName } from './schema-problems.ts';
import type { YamlTree } from './yaml-tree.ts';

type Report = (path: ConfigPath, what: string, fix: string) => void;

/** What only the file as a whole can show: names that lead nowhere, the same thing configured twice, stores in a circle. */
export function crossCheck(tree: YamlTree, options: ProviderOptions): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];

  function report(path: ConfigPath, what: string, fix: string): void {
    problems.push({ path: formatPath(path), ...tree.positionOf(path, 'value'), what, fix });
  }

  checkAccounts(tree.value, report);
  for (const [id, panel] of Object.entries(sectionAt(tree.value, 'panels'))) {
    checkTargets(sectionAt(tree.value, 'accounts'), id, panel, report);
    checkCopies(id, panel, options.panels.get(id)?.places ?? [], report);
  }
  checkReferences(tree.value, report);
  return problems;
}

function checkAccounts(root: unknown, report: Report): void {
  const stores = Object.keys(sectionAt(root, 'stores'));
  const owners = new Map<string, Owner>();
  for (const [id, account] of Object.entries(sectionAt(root, 'accounts'))) {
    for (const environment of ENVIRONMENTS) {
      const secret = sectionAt(sectionAt(account, environment), 'secret');
      const path = ['accounts', id, environment];
      const store = textAt(secret, 'store');
      if (store === undefined) continue;
      if (!stores.includes(store)) report([...path, 'secret', 'store'], ...unknownName('store', store, stores));
      checkOwners(owners, { path, store, secret }, report);
    }
  }
}

interface Claim {
  readonly path: ConfigPath;
  readonly store: string;
  readonly secret: Section;
}

function checkOwners(owners: Map<string, Owner>, { path, store, secret }: Claim, report: Report): void {
  const fix = 'Give each account and environment a secret of its own.';
  for (const { at, name, isKey } of secretNames(secret)) {
    const owner = ownerOf(owners, JSON.stringify([store, name]), { path: formatPath(path), isKey });
    if (owner) report([...path, 'secret', ...at], `is the secret of ${owner} too`, fix);
  }
}

interface Owner {
  readonly path: string;
  readonly isKey: boolean;
}

/** Who has this secret already, if not both want it for a Reseller ID. */
function ownerOf(owners: Map<string, Owner>, key: string, claim: Owner): string | undefined {
  const owner = owners.get(key);
  if (owner && (claim.isKey || owner.isKey)) return owner.path;
  owners.set(key, claim);
  return undefined;
}

interface SecretName {
  readonly at: ConfigPath;
  readonly name: string;
  /** False for a secret that is a Reseller ID alone: several environments may have the same. */
  readonly isKey: boolean;
}

function secretNames(secret: Section): readonly SecretName[] {
  const names = [
    { at: ['name'], name: textAt(secret, 'name'), isKey: true },
    { at: ['apiKey', 'name'], name: textAt(sectionAt(secret, 'apiKey'), 'name'), isKey: true },
    { at: ['resellerId', 'name'], name: textAt(sectionAt(secret, 'resellerId'), 'name'), isKey: false },
  ];
  return names.flatMap(({ name, ...rest }) => (name === undefined ? [] : [{ ...rest, name }]));
}

/** Every binding must name an account that has a credential for the binding's environment. */
function checkTargets(accounts: Section, panelId: string, panel: unknown, report: Report): void {
  for (const [index, binding] of listAt(panel, 'bindings').entries()) {
    const path = ['panels', panelId, 'bindings', index];
    const account = textAt(binding, 'account');
    if (account === undefined) continue;
    if (!Object.hasOwn(accounts, account)) {
      report([...path, 'account'], ...unknownName('account', account, Object.keys(accounts)));
      continue;
    }
    const environment = textAt(binding, 'environment') ?? 'live';
    const isKnown = ENVIRONMENTS.some((known) => known === environment);
    const target = accounts[account];
    if (!isKnown || !isSection(target) || Object.hasOwn(target, environment)) continue;
    const where = formatPath(['accounts', account]);
    report([...path, 'environment'], `${where} has no ${environment} credential`, `Add "${environment}" to ${where}.`);
  }
}

/** Two credentials in one place would overwrite each other for ever. */
function checkCopies(panelId: string, panel: unknown, places: readonly (string | undefined)[], report: Report): void {
  const copies = new Map<string, number>();
  const taken = new Map<string, number>();
  for (const [index, binding] of listAt(panel, 'bindings').entries()) {
    const path = ['panels', panelId, 'bindings', index];
    const account = textAt(binding, 'account');
    const copy = account && firstOf(copies, JSON.stringify([account, textAt(binding, 'environment') ?? 'live']), index);
    const place = places[index];
    const other = place === undefined ? undefined : firstOf(taken, place, index);
    if (typeof copy === 'number') {
      report(path, `is the same account and environment as bindings[${copy}]`, 'Remove one of them.');
    } else if (other !== undefined) {
      const fix = 'Give each binding the options that tell its place in the panel apart, or remove one.';
      report(path, `points to the same place in the panel as bindings[${other}]`, fix);
    }
  }
}

/** The index that had the key first, if this one is not the first. */
function firstOf(seen: Map<string, number>, key: string, index: number): number | undefined {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, index);
  return first;
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
