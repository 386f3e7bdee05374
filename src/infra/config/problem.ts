/** One thing that is wrong with a configuration file. No field ever holds a value that could be a secret. */
export interface ConfigProblem {
  /** `panels.billing.bindings[0].account`; empty for the file as a whole. */
  readonly path: string;
  /** Both from 1; absent when the file could not be read at all. */
  readonly line?: number;
  readonly column?: number;
  readonly what: string;
  readonly fix: string;
}

export type ConfigPath = readonly (string | number)[];

/** Anywhere in the text: a Reseller ID that something was glued to is still one. */
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;
const WORD_LIKE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const MAX_RUN = 24;
const MAX_MIXED_RUN = 15;

/** True for a text that reads like a name somebody chose. What could be a key, an id or a password is not shown. */
export function isShowable(text: string): boolean {
  if (!WORD_LIKE.test(text) || UUID.test(text)) return false;
  return text.split(/[_.-]/).every((run) => {
    const isMixed = /\d/.test(run) && /[A-Za-z]/.test(run);
    return run.length <= (isMixed ? MAX_MIXED_RUN : MAX_RUN);
  });
}

/** The text in quotes if it may be shown, otherwise `instead`. */
export function quoted(text: string, instead: string): string {
  return isShowable(text) ? `"${text}"` : instead;
}

export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else text += `${text === '' ? '' : '.'}${isShowable(segment) ? segment : '(hidden)'}`;
  }
  return text;
}

/** One line: `keyturn.yaml:12:7 panels.billing.kind: is missing. Add it.` */
export function formatProblem(file: string, problem: ConfigProblem): string {
  const place = problem.line === undefined ? file : `${file}:${problem.line}:${problem.column ?? 1}`;
  return `${place} ${problem.path === '' ? '' : `${problem.path}: `}${problem.what}. ${problem.fix}`;
}

/** By line and column, problems of the whole file first. */
export function inFileOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
