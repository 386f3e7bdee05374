import { types } from 'node:util';
import { redact } from '../../core/redact.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { PlainFields, PlainValue } from './plain-value.ts';
import { isErrorLike, serializeError } from './serializers.ts';

const REDACTED = '[redacted]';
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;
const MAX_VALUES = 2_000;
/** Names whose text is a secret whoever wrote it; the third line of defence, behind SecretValue and the redactor. */
const SECRET_NAME =
  /(?:api[_-]?key|password|passwd|passphrase|secret|credentials?|private[_-]?key|authorization|cookie|^.{0,8}token|bearer)$/i;

/**
 * Copies what a caller wants logged into plain JSON. Total: no getter, proxy, cycle or depth makes it throw or run on.
 * Only plain objects, arrays, Map, Set, Date and URL are looked into; of any other object (a response, a client, a stream)
 * the line gets its class name, since such objects carry headers and sockets.
 */
export function toPlainFields(fields: unknown): PlainFields {
  const plain = toPlain(fields, { above: [], count: { values: 0 } });
  if (typeof fields === 'object' && fields !== null && isErrorLike(fields)) return { err: plain };
  return isFields(plain) ? plain : { value: plain };
}

/** Where the copy is: the objects it is inside of, and how many values it has taken so far. */
interface Walk {
  readonly above: readonly object[];
  readonly count: { values: number };
}

function isFields(value: PlainValue): value is PlainFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toPlain(value: unknown, walk: Walk): PlainValue {
  walk.count.values += 1;
  switch (typeof value) {
    case 'string':
      return unescaped(value);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : guarded(value, walk);
    default:
      return `[${typeof value}]`;
  }
}

/** JSON inside a string is escaped twice on the line, where the redactor no longer knows the secret; so it looks here too. */
function unescaped(text: string): string {
  return text.includes('\\') ? redact(text) : text;
}

function guarded(value: object, { above, count }: Walk): PlainValue {
  if (above.includes(value)) return '[circular]';
  if (above.length >= MAX_DEPTH || count.values > MAX_VALUES) return '[more]';
  try {
    return objectToPlain(value, { above: [...above, value], count });
  } catch {
    return '[unreadable]';
  }
}

function objectToPlain(value: object, walk: Walk): PlainValue {
  if (types.isProxy(value)) return '[proxy]';
  if (value instanceof SecretValue) return REDACTED;
  if (isErrorLike(value)) return serializeError(value);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, MAX_ENTRIES).map((item) => toPlain(item, walk));
  }
  if (value instanceof Map) return entriesToPlain([...value], walk);
  return isPlainObject(value) ? entriesToPlain(ownEntries(value), walk) : named(value);
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function named(value: object): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString();
  if (value instanceof URL) return `${value.origin}${value.pathname}`;
  const name: unknown = value.constructor.name;
  return typeof name === 'string' && /^[\w$]{1,60}$/.test(name) ? `[${name}]` : '[object]';
}

/** Names are read one by one, so that one getter that throws costs one field. */
function ownEntries(value: object): [string, unknown][] {
  return Object.keys(value).map((name): [string, unknown] => {
    try {
      return [name, Reflect.get(value, name)];
    } catch {
      return [name, '[unreadable]'];
    }
  });
}

function entriesToPlain(entries: readonly (readonly [unknown, unknown])[], walk: Walk): PlainFields {
  const kept = entries.slice(0, MAX_ENTRIES).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([key, value]) => namedToPlain(key, value, walk)));
}

function namedToPlain(key: unknown, value: unknown, walk: Walk): [string, PlainValue] {
  const name = typeof key === 'string' || typeof key === 'number' ? unescaped(String(key)) : `[${typeof key}]`;
  return [name, typeof value === 'string' && SECRET_NAME.test(name) ? REDACTED : toPlain(value, walk)];
}
