import { inspect } from 'node:util';
import { expect } from 'vitest';
import { type ErrorCode, KeyturnError } from '../../src/core/errors.ts';

/** Everything that a log line, a terminal or a crash report could print of an error. */
export function everythingOf(error: unknown): string {
  const views = [inspect(error, { depth: 20, showHidden: true, getters: true }), String(error), JSON.stringify(error)];
  if (error instanceof Error) views.push(error.stack ?? '', error.message, everythingOf(error.cause ?? ''));
  return views.join('\n');
}

/** Waits for the promise to be rejected by a KeyturnError of this code that shows none of the secrets, and gives it. */
export async function refusal(
  promise: Promise<unknown>,
  code: ErrorCode,
  secrets: Iterable<string> = [],
): Promise<KeyturnError> {
  const error = await promise.then(
    (value) => expect.fail(`was not refused but gave ${inspect(value)}`),
    (thrown: unknown) => thrown,
  );
  const text = everythingOf(error);
  for (const secret of secrets) expect(text.includes(secret), 'an error shows a secret').toBe(false);
  if (!(error instanceof KeyturnError)) return expect.fail(`not one of our errors: ${inspect(error)}`);
  expect(error.code, error.safeMessage).toBe(code);
  expect(error.cause).toBeUndefined();
  return error;
}
