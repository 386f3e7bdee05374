import { type Alias, isAlias, isMap, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { ConfigPath } from './problem.ts';
import { isNodeLike, keyOf } from './yaml-value.ts';

export type FindPlace = (path: ConfigPath, what: 'key' | 'value') => Node | undefined;

interface Step {
  /** What to point at: the key, or the entry of a list. */
  readonly place: Node;
  readonly value: Node | undefined;
}

/** Finds the node at a path; for one that is missing, the nearest thing around it. Each mapping is indexed once. */
export function createPlaceFinder(root: Node | null, targets: ReadonlyMap<Alias, Node>): FindPlace {
  const indexes = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  function written(value: unknown): Node | undefined {
    if (!isNodeLike(value)) return undefined;
    return isAlias(value) ? targets.get(value) : value;
  }

  function indexOf(mapping: YAMLMap): ReadonlyMap<string, Pair> {
    const known = indexes.get(mapping);
    if (known) return known;
    const index = new Map<string, Pair>();
    for (const pair of mapping.items) {
      const key = keyOf(pair);
      if (key !== undefined && key !== '<<' && !index.has(key)) index.set(key, pair);
    }
    for (const source of mergedInto(mapping)) {
      for (const [key, pair] of indexOf(source)) if (!index.has(key)) index.set(key, pair);
    }
    indexes.set(mapping, index);
    return index;
  }

  function mergedInto(mapping: YAMLMap): readonly YAMLMap[] {
    return mapping.items
      .filter((pair) => keyOf(pair) === '<<')
      .flatMap((pair) => {
        const value = written(pair.value);
        return isSeq(value) ? value.items.map(written) : [value];
      })
      .filter((node) => isMap(node));
  }

  function step(from: Node | undefined, segment: string | number): Step | undefined {
    if (isMap(from)) {
      const pair = indexOf(from).get(String(segment));
      return isNodeLike(pair?.key) ? { place: pair.key, value: asNode(pair.value) } : undefined;
    }
    const item: unknown = isSeq(from) && typeof segment === 'number' ? from.items[segment] : undefined;
    return isNodeLike(item) ? { place: item, value: item } : undefined;
  }

  return (path, what) => {
    let found: Step | undefined;
    let current = written(root);
    for (const [depth, segment] of path.entries()) {
      const next = step(current, segment);
      if (!next) break;
      found = next;
      current = written(next.value);
      if (depth === path.length - 1 && what === 'value' && isWritten(next.value)) return next.value;
    }
    return found?.place ?? root ?? undefined;
  };
}

function asNode(value: unknown): Node | undefined {
  return isNodeLike(value) ? value : undefined;
}

/** False for the value of `key:` with nothing behind it, which has no place of its own. */
function isWritten(node: Node | undefined): boolean {
  const [start, end] = node?.range ?? [0, 0];
  return end > start;
}
