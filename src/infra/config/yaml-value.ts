import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { ConfigPath } from './problem.ts';

/** A file may name the same part again and again; this many values in all are still read. */
const MAX_VALUES = 2_000_000;
const MAX_DEPTH = 32;

export interface YamlReader {
  readonly complain: (path: ConfigPath, node: Node, what: string, fix: string) => void;
  readonly lineOf: (node: Node) => number;
}

interface Part {
  readonly value: unknown;
  /** How many values it stands for, with every alias written out. */
  readonly size: number;
}

interface Reading extends YamlReader {
  readonly path: (string | number)[];
  readonly anchors: Map<string, Node>;
  readonly parts: Map<Node, Part>;
  readonly targets: Map<Alias, Node>;
  isTooLarge: boolean;
  /** False once a part could not be read, so that checking the rest would only find echoes of that. */
  isWhole: boolean;
}

const NOTHING: Part = { value: undefined, size: 1 };

export interface YamlValue {
  readonly value: unknown;
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly isWhole: boolean;
}

/**
 * Plain values from YAML nodes. Does what the library's own conversion does not: names a repeated key with its path, in linear
 * time; allows any number of aliases but bounds what they add up to; refuses an alias inside of what it names.
 */
export function readYamlValue(root: Node | null, reader: YamlReader): YamlValue {
  const reading: Reading = {
    ...reader,
    path: [],
    anchors: new Map(),
    parts: new Map(),
    targets: new Map(),
    isTooLarge: false,
    isWhole: true,
  };
  const value = root === null ? null : readNode(reading, root).value;
  return { value, targets: reading.targets, isWhole: reading.isWhole };
}

function readNode(reading: Reading, node: Node): Part {
  if (isAlias(node)) return readAlias(reading, node);
  if (isScalar(node)) return remember(reading, node, { value: node.value, size: 1 });
  if (reading.path.length > MAX_DEPTH) {
    return unread(reading, node, 'is nested too deeply', 'Write it flat; nothing here needs more than five levels.');
  }
  if (isMap(node)) return remember(reading, node, readMapping(reading, node));
  if (isSeq(node)) return remember(reading, node, readList(reading, node));
  return NOTHING;
}

function unread(reading: Reading, node: Node, what: string, fix: string): Part {
  reading.isWhole = false;
  reading.complain(reading.path, node, what, fix);
  return NOTHING;
}

/** Kept only after it was read: so an alias inside of what it names finds nothing. */
function remember(reading: Reading, node: Node, part: Part): Part {
  if ('anchor' in node && typeof node.anchor === 'string') {
    reading.anchors.set(node.anchor, node);
    reading.parts.set(node, part);
  }
  if (part.size > MAX_VALUES && !reading.isTooLarge) {
    reading.isTooLarge = true;
    unread(reading, node, 'its aliases add up to too much', 'Use fewer aliases inside of other aliases.');
  }
  return reading.isTooLarge ? { value: undefined, size: part.size } : part;
}

function readAlias(reading: Reading, alias: Alias): Part {
  const target = reading.anchors.get(alias.source);
  const part = target && reading.parts.get(target);
  if (target && part) {
    reading.targets.set(alias, target);
    return part;
  }
  const fix = 'Define it (&name) further up in the file, outside of this entry.';
  return unread(reading, alias, 'names an anchor that does not exist before this place', fix);
}

function readList(reading: Reading, list: YAMLSeq): Part {
  const value: unknown[] = [];
  let size = 1;
  for (const [index, item] of list.items.entries()) {
    reading.path.push(index);
    const part = isNodeLike(item) ? readNode(reading, item) : NOTHING;
    reading.path.pop();
    value.push(part.value);
    size += part.size;
  }
  return { value, size };
}

function readMapping(reading: Reading, mapping: YAMLMap): Part {
  const value: Record<string, unknown> = {};
  const merged: unknown[] = [];
  const seen = new Map<string, Node>();
  let size = 1;
  for (const pair of mapping.items) {
    const key = keyOf(pair);
    if (key === undefined || !isNodeLike(pair.key)) continue;
    reading.path.push(key);
    const part = isNodeLike(pair.value) ? readNode(reading, pair.value) : { value: null, size: 1 };
    size += part.size;
    if (key === '<<') merged.push(...[part.value].flat());
    else if (isUsableKey(reading, key, pair.key, seen)) value[key] = part.value;
    reading.path.pop();
  }
  return { value: merged.length === 0 ? value : withMerged(value, merged), size };
}

function isUsableKey(reading: Reading, key: string, node: Node, seen: Map<string, Node>): boolean {
  const first = seen.get(key);
  if (first) {
    const what = `is there twice (first on line ${reading.lineOf(first)})`;
    reading.complain(reading.path, node, what, 'Keep one of them.');
  } else if (key === '__proto__') {
    reading.complain(reading.path, node, 'is not a usable name', 'Choose another name.');
  } else {
    seen.set(key, node);
    return true;
  }
  return false;
}

/** YAML's merge key: what the mapping says itself wins, then the first of the merged ones. */
function withMerged(own: Record<string, unknown>, merged: readonly unknown[]): Record<string, unknown> {
  const value = { ...own };
  for (const source of merged) {
    if (typeof source !== 'object' || source === null) continue;
    for (const [key, entry] of Object.entries(source)) if (!Object.hasOwn(value, key)) value[key] = entry;
  }
  return value;
}

/** The key of a pair as a text; undefined for a key that the parser has complained about. */
export function keyOf(pair: Pair): string | undefined {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : undefined;
}

export function isNodeLike(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}
