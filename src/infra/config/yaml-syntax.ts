import type { ErrorCode, LineCounter, YAMLError } from 'yaml';
import type { ConfigProblem } from './problem.ts';

interface Wording {
  readonly what: string;
  readonly fix: string;
}

const INDENT: Wording = {
  what: 'the indentation does not fit',
  fix: 'Use spaces, the same number for all entries of one list or section, and close every bracket.',
};
const STRUCTURE: Wording = {
  what: 'this is not valid YAML',
  fix: 'Check this line and the one before it for a missing colon, quote or bracket.',
};
const ANCHORS: Wording = {
  what: 'an anchor or tag is misplaced',
  fix: 'Put one anchor in front of the value it names.',
};
const TAG: Wording = {
  what: 'a YAML tag ("!…") is not supported here',
  fix: 'Remove the tag and write the plain value.',
};
const COLON: Wording = {
  what: 'there are two "key:" on one line, or the value goes on in the next line',
  fix: 'Give each key a line of its own, or put the value in quotes if it holds ": ".',
};

/** The parser's own messages quote the file, which may hold a pasted secret; so each code has our words instead. */
const WORDINGS: Partial<Record<ErrorCode, Wording>> = {
  ALIAS_PROPS: ANCHORS,
  BAD_ALIAS: ANCHORS,
  BAD_PROP_ORDER: ANCHORS,
  MULTIPLE_ANCHORS: ANCHORS,
  MULTIPLE_TAGS: TAG,
  TAG_RESOLVE_FAILED: TAG,
  BAD_COLLECTION_TYPE: TAG,
  BAD_INDENT: INDENT,
  TAB_AS_INDENT: { what: 'a tab is used for indentation', fix: 'Use spaces.' },
  BLOCK_AS_IMPLICIT_KEY: COLON,
  MULTILINE_IMPLICIT_KEY: COLON,
  KEY_OVER_1024_CHARS: COLON,
  BAD_DIRECTIVE: { what: 'a line that begins with "%" is not supported', fix: 'Remove the line.' },
  BAD_DQ_ESCAPE: {
    what: 'a backslash in double quotes is not a known escape',
    fix: 'Use single quotes, or write \\\\.',
  },
  BAD_SCALAR_START: { what: 'a value begins with a character that YAML reserves', fix: 'Put the value in quotes.' },
  MISSING_CHAR: {
    what: 'a quote, bracket or colon is missing',
    fix: 'Close what was opened, or put ": " after the key.',
  },
  MULTIPLE_DOCS: { what: 'the file holds more than one document ("---")', fix: 'Keep one document.' },
  NON_STRING_KEY: { what: 'a key is not a text', fix: 'Write a plain name in front of the colon.' },
  RESOURCE_EXHAUSTION: {
    what: 'the file is nested too deeply',
    fix: 'Write it flat; nothing here needs more than five levels.',
  },
};

/** What the YAML parser found, one problem a line: what follows a first mistake on the same line is mostly its echo. */
export function syntaxProblems(errors: readonly YAMLError[], lines: LineCounter): readonly ConfigProblem[] {
  const byLine = new Map<number, ConfigProblem>();
  for (const error of errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    const { what, fix } = WORDINGS[error.code] ?? STRUCTURE;
    if (!byLine.has(line)) byLine.set(line, { path: '', line: Math.max(line, 1), column: Math.max(col, 1), what, fix });
  }
  return [...byLine.values()];
}
