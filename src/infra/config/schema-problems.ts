import type { ZodType, z } from 'zod';
import { nearest } from './nearest.ts';
import { descriptionAt, optionNamesAt } from './option-keys.ts';
import { type ConfigPath, type ConfigProblem, formatPath, isShowable, quoted } from './problem.ts';
import type { YamlTree } from './yaml-tree.ts';

type Issue = z.core.$ZodIssue;

const LOOK_UP = 'See docs/configuration.md for what is expected.';

/** Where in the file the checked part stands. */
export interface Place {
  readonly tree: YamlTree;
  readonly prefix: ConfigPath;
  /** Options that are allowed beside those of the schema; named in a fix. */
  readonly alsoKnown?: readonly string[];
}

export interface Checked<Output> {
  /** undefined if there are problems. */
  readonly output: Output | undefined;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Parses a part of the file with a schema and says in our words what is wrong. A schema's own message is taken as
 * "what. Fix."; zod's standard texts are not used, because some of them quote the input.
 */
export function checkAgainst<Output>(schema: ZodType<Output>, value: unknown, place: Place): Checked<Output> {
  const result = schema.safeParse(value, { error: () => '' });
  if (result.success) return { output: result.data, problems: [] };
  const problems = result.error.issues.flatMap((issue) => describe(issue, [], { schema, value, place }));
  return { output: undefined, problems };
}

interface Subject {
  readonly schema: ZodType;
  readonly value: unknown;
  readonly place: Place;
}

function describe(issue: Issue, base: ConfigPath, subject: Subject): readonly ConfigProblem[] {
  const path = [...base, ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownOption(key, path, subject));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)[0] ?? [];
    return closest.flatMap((inner) => describe(inner, path, subject));
  }
  if (issue.code === 'invalid_key') return [problem(path, 'key', wordsOfKey(issue), subject)];
  return [problem(path, 'value', wordsOf(issue, path, subject), subject)];
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

type Words = readonly [what: string, fix: string];

function problem(path: ConfigPath, at: 'key' | 'value', [what, fix]: Words, { place }: Subject): ConfigProblem {
  const full = [...place.prefix, ...path];
  return { path: formatPath(full), ...place.tree.positionOf(full, at), what, fix };
}

function unknownOption(key: string, path: ConfigPath, subject: Subject): ConfigProblem {
  const extra = path.length === 0 ? (subject.place.alsoKnown ?? []) : [];
  const names = [...new Set([...extra, ...optionNamesAt(subject.schema, path)])];
  const meant = nearest(key, names);
  const fix = meant ? `Did you mean "${meant}"?` : `Remove it; known here: ${names.join(', ')}.`;
  return problem([...path, key], 'key', ['is not a known option', fix], subject);
}

function wordsOf(issue: Issue, path: ConfigPath, subject: Subject): Words {
  const value = valueAt(subject.value, path);
  if (value === undefined || value === null) {
    const description = descriptionAt(subject.schema, path);
    const fix = description ? `Add it: ${description.replace(/\.$/, '')}.` : 'Add it.';
    return [value === null ? 'is empty' : 'is missing', fix];
  }
  return issue.message === '' ? ownWords(issue, value) : splitMessage(issue.message);
}

function ownWords(issue: Issue, value: unknown): Words {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, value);
    case 'invalid_value':
      return wrongChoice(issue.values.map(String), value);
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), issue.inclusive !== false);
    case 'invalid_format':
      return [`is not of the expected form (${issue.format})`, LOOK_UP];
    case 'not_multiple_of':
      return [`is not a multiple of ${issue.divisor}`, 'Change the number.'];
    default:
      return ['is not usable', LOOK_UP];
  }
}

const TYPES: Readonly<Record<string, Words>> = {
  string: ['must be a text', 'Put the value in quotes.'],
  number: ['must be a number', 'Write it without quotes.'],
  int: ['must be a whole number', 'Write it without quotes and fraction.'],
  boolean: ['must be true or false', 'Write true or false, without quotes.'],
  array: ['must be a list', 'Put each entry on its own line behind "- ".'],
  object: ['must be a section with options', 'Put each option on its own line below it, indented, as "name: value".'],
};

function wrongType(expected: string, value: unknown): Words {
  if (expected === 'string' && typeof value === 'object')
    return ['must be a single text', 'Write the value behind the colon.'];
  const words = TYPES[expected === 'record' ? 'object' : expected];
  return words ?? ['is of the wrong type', LOOK_UP];
}

function wrongChoice(choices: readonly string[], value: unknown): Words {
  const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
  const what = typeof value === 'string' ? `cannot be ${quoted(value, 'this')}` : 'cannot be this';
  return [what, meant ? `Did you mean "${meant}"?` : `Write one of: ${choices.join(', ')}.`];
}

function tooSmall(origin: string, minimum: number, isInclusive: boolean): Words {
  if (origin === 'string') return ['is too short', `It needs at least ${minimum} characters.`];
  if (origin === 'array') return ['has too few entries', `It needs at least ${minimum}.`];
  return [isInclusive ? `must be ${minimum} or more` : `must be more than ${minimum}`, 'Change the number.'];
}

function tooBig(origin: string, maximum: number, isInclusive: boolean): Words {
  if (origin === 'string') return ['is too long', `It may have ${maximum} characters.`];
  if (origin === 'array') return ['has too many entries', `It may have ${maximum}.`];
  return [isInclusive ? `must be ${maximum} or less` : `must be less than ${maximum}`, 'Change the number.'];
}

function wordsOfKey(issue: Extract<Issue, { code: 'invalid_key' }>): Words {
  return splitMessage(issue.issues[0]?.message || 'is not a usable name. Choose another name.');
}

/** A message in lower case says what is wrong, then the fix ("must be X. Do Y."); one that begins in upper case is the fix alone. */
function splitMessage(message: string): Words {
  if (/^[^a-z]/.test(message)) return ['is not usable', message.endsWith('.') ? message : `${message}.`];
  const [, what = message, fix] = /^(.+?)\.(?:\s+(.+))?$/s.exec(message) ?? [];
  return [what, fix ?? LOOK_UP];
}

function valueAt(value: unknown, path: ConfigPath): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, segment)) return undefined;
    current = Reflect.get(current, segment);
  }
  return current;
}

/** For texts that name something the file defines elsewhere: an account, a store, a kind. */
export function unknownName(sort: string, name: string, known: readonly string[]): Words {
  const shown = known.filter(isShowable).slice(0, 10);
  const meant = nearest(name, known);
  const list = shown.length === 0 ? `There is none yet; add one.` : `Write one of: ${shown.join(', ')}.`;
  return [`there is no ${sort} ${quoted(name, 'of this name')}`, meant ? `Did you mean "${meant}"?` : list];
}
