import { KeyturnError } from '../../core/errors.ts';
import type { PlainFields, PlainValue } from './plain-value.ts';

const MAX_FRAMES = 15;
/** A frame ends in file:line:column or names a built-in; a line of a message that only begins with "at" does neither. */
const FRAME = /^\s+at (?:.{0,200} \()?(?:async )?(?:[^\s()]+:\d+:\d+|native|<anonymous>|index \d+)\)?$/;
const NAME = /^[\w$.]{1,60}$/;

/**
 * What a log line says of something thrown. Of a KeyturnError: our code, texts and facts. Of anything else only its name and
 * where it came from: messages, causes and extra properties of client libraries carry tokens, headers and bodies.
 */
export function serializeError(error: object): PlainFields {
  const stack = framesOf(error);
  if (!(error instanceof KeyturnError)) return { name: nameOf(error), stack };
  const { code, disposition, safeMessage, fix, untouched, retryAfterMs, context } = error;
  const facts: Record<string, PlainValue> = { code, disposition, safeMessage };
  if (fix !== undefined) facts['fix'] = fix;
  if (untouched !== undefined) facts['untouched'] = untouched;
  if (retryAfterMs !== undefined) facts['retryAfterMs'] = retryAfterMs;
  return { ...facts, context: { ...context }, stack };
}

/** True for errors of this and of other realms, and for plain copies of one. */
export function isErrorLike(value: object): boolean {
  return (
    value instanceof Error ||
    (typeof textAt(value, 'message') === 'string' && typeof textAt(value, 'stack') === 'string')
  );
}

function nameOf(error: object): string {
  const name = textAt(error, 'name') ?? '';
  return NAME.test(name) ? name : 'Error';
}

/** The stack begins with the message, of any number of lines; it is cut off first, and then only true frames are kept. */
function framesOf(error: object): string[] {
  const stack = textAt(error, 'stack') ?? '';
  const message = textAt(error, 'message') ?? '';
  const start = message === '' ? -1 : stack.indexOf(message);
  const rest = start === -1 ? stack : stack.slice(start + message.length);
  const frames = rest.split('\n').filter((line) => FRAME.test(line));
  return frames.slice(0, MAX_FRAMES).map((line) => line.trim());
}

/** A property read that survives a getter that throws. */
function textAt(value: object, key: string): string | undefined {
  try {
    const found: unknown = Reflect.get(value, key);
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
