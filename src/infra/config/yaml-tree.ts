import {
  type Alias,
  isAlias,
  isMap,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type ConfigPath, type ConfigProblem, formatPath } from './problem.ts';
import { syntaxProblems } from './yaml-syntax.ts';
import { isNodeLike, keyOf, readYamlValue } from './yaml-value.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed file that knows where each of its values stands. */
export interface YamlTree {
  readonly value: unknown;
  /** False if the text is no valid YAML: then `value` is a guess and not worth checking. */
  readonly isValid: boolean;
  readonly problems: readonly ConfigProblem[];
  /** Where the value (or its key) stands; for one that is missing, where the nearest thing around it stands. */
  positionOf(path: ConfigPath, what: 'key' | 'value'): Position;
}

/** Reads YAML 1.2 with merge keys. Never throws; no problem quotes a value of the file. */
export function parseYaml(text: string): YamlTree {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  // The library's check for repeated keys compares each key with each other; readYamlValue does it in one pass.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const problems = [...syntaxProblems([...document.errors, ...document.warnings], lines)];
  const isValid = problems.length === 0;
  const read = readYamlValue(
    document.contents,
    (node) => positionAt(offsetOf(node)).line,
    (path, node, what, fix) => problems.push({ path: formatPath(path), ...positionAt(offsetOf(node)), what, fix }),
  );
  const find = createFinder(document.contents, read.targets);
  return { value: read.value, isValid, problems, positionOf: (path, what) => positionAt(offsetOf(find(path, what))) };
}

function offsetOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

type Finder = (path: ConfigPath, what: 'key' | 'value') => Node | undefined;

function createFinder(root: Node | null, targets: ReadonlyMap<Alias, Node>): Finder {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const written = (value: unknown): Node | undefined => {
    if (!isNodeLike(value)) return undefined;
    return isAlias(value) ? targets.get(value) : value;
  };
  const indexOf = (mapping: YAMLMap): ReadonlyMap<string, Pair> => {
    const index = indexes.get(mapping) ?? indexPairs(mapping, written, indexOf);
    indexes.set(mapping, index);
    return index;
  };
  return (path, what) => {
    let place: Node | undefined = root ?? undefined;
    let current = written(root);
    for (const [depth, segment] of path.entries()) {
      const isLast = depth === path.length - 1;
      if (isMap(current)) {
        const pair: Pair | undefined = indexOf(current).get(String(segment));
        if (!pair) break;
        const hasValue = isNodeLike(pair.value) && offsetOf(pair.value) > 0;
        if (isNodeLike(pair.key)) place = pair.key;
        if (isLast && what === 'value' && hasValue && isNodeLike(pair.value)) place = pair.value;
        current = written(pair.value);
      } else if (isSeq(current) && typeof segment === 'number') {
        const item: unknown = current.items[segment];
        if (!isNodeLike(item)) break;
        place = item;
        current = written(item);
      } else break;
    }
    return place;
  };
}

function indexPairs(
  mapping: YAMLMap,
  written: (value: unknown) => Node | undefined,
  indexOf: (mapping: YAMLMap) => ReadonlyMap<string, Pair>,
): ReadonlyMap<string, Pair> {
  const index = new Map<string, Pair>();
  const merged: Node[] = [];
  for (const pair of mapping.items) {
    const key = keyOf(pair);
    const value = written(pair.value);
    if (key === '<<' && value)
      merged.push(...(isSeq(value) ? value.items.flatMap((item) => written(item) ?? []) : [value]));
    else if (key !== undefined && !index.has(key)) index.set(key, pair);
  }
  for (const source of merged) {
    if (!isMap(source)) continue;
    for (const [key, pair] of indexOf(source)) if (!index.has(key)) index.set(key, pair);
  }
  return index;
}
