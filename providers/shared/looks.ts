import { adviceOf, type KeyturnError, toKeyturnError } from '../../src/core/errors.ts';
import type { Look } from '../../src/core/panel-looks.ts';

/** What a look is about, before it was made. */
export type Question = Pick<Look, 'id' | 'what'>;

/** What only a person can find out, on an installation that may be played with; `how` says what to do and what must come out. */
export interface LookByHand extends Question {
  readonly how: string;
}

export function seen(question: Question, evidence: string): Look {
  return { ...question, state: 'ok', evidence };
}

export function failed(question: Question, evidence: string, fix: string): Look {
  return { ...question, state: 'failed', evidence, fix };
}

export function unknown(question: Question, evidence: string, fix?: string): Look {
  return { ...question, state: 'unknown', evidence, ...(fix !== undefined && { fix }) };
}

export function notRun(question: Question, why: string, fix?: string): Look {
  return { ...question, state: 'not-run', evidence: why, ...(fix !== undefined && { fix }) };
}

/** A look that ended in an expected failure. An abort or a bug is thrown on. */
export function failedBy(question: Question, thrown: unknown): Look {
  const error = toKeyturnError(thrown);
  if (error.code === 'ABORTED' || error.disposition === 'bug') throw thrown;
  return failedWith(question, error);
}

export function failedWith(question: Question, error: KeyturnError): Look {
  const fix = adviceOf(error);
  const { code, safeMessage } = error;
  return { ...question, state: 'failed', evidence: safeMessage, code, ...(fix !== undefined && { fix }) };
}

/** The looks that are left to a person. */
export function leftToPeople(list: readonly LookByHand[]): Look[] {
  return list.map(({ id, what, how }) => unknown({ id, what }, 'No program can find this out.', how));
}
