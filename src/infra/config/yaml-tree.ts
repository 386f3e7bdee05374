import { LineCounter, type Node, parseDocument } from 'yaml';
import { type ConfigPath, type ConfigProblem, formatPath } from './problem.ts';
import { createPlaceFinder } from './yaml-places.ts';
import { syntaxProblems } from './yaml-syntax.ts';
import { readYamlValue } from './yaml-value.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed file that knows where each of its values stands. */
export interface YamlTree {
  readonly value: unknown;
  /** False if the text is no valid YAML or a part of it could not be read: then `value` is not worth checking. */
  readonly isValid: boolean;
  readonly problems: readonly ConfigProblem[];
  /** Where the value (or its key) stands; for one that is missing, where the nearest thing around it stands. */
  positionOf(path: ConfigPath, what: 'key' | 'value'): Position;
}

/** Reads YAML 1.2 with merge keys. Never throws; no problem quotes a value of the file. */
export function parseYaml(text: string): YamlTree {
  const lines = new LineCounter();

  function positionAt(node: Node | undefined): Position {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

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
  const isSyntaxValid = problems.length === 0;
  const read = readYamlValue(document.contents, {
    lineOf: (node) => positionAt(node).line,
    complain: (path, node, what, fix) => problems.push({ path: formatPath(path), ...positionAt(node), what, fix }),
  });
  const find = createPlaceFinder(document.contents, read.targets);
  return {
    value: read.value,
    isValid: isSyntaxValid && read.isWhole,
    problems,
    positionOf: (path, what) => positionAt(find(path, what)),
  };
}
