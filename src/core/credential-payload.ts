import { KeyturnError } from './errors.ts';
import { membersOf, withMembers } from './json-members.ts';
import type { Credential, CredentialFields } from './model.ts';
import { SecretValue } from './secret-value.ts';

/** The names of the two fields where the configuration gives no others. */
export const DEFAULT_FIELDS: CredentialFields = { resellerId: 'resellerId', apiKey: 'apiKey' };

/**
 * Reads a secret's payload, JSON such as `{"resellerId": "...", "apiKey": "..."}`, exactly as it is: nothing is trimmed, so that a
 * stray character stays visible to whoever judges it. Throws SECRET_MALFORMED and names the field; the payload is never quoted.
 */
export function parseCredential(payload: SecretValue, fields: CredentialFields = DEFAULT_FIELDS): Credential {
  const { found, refuse } = readObject(payload, fields);

  function textField(name: string): string {
    const [value, second] = found(name);
    if (value === undefined) throw refuse(`the field "${name}" is missing`);
    if (second !== undefined) throw refuse(`the field "${name}" stands there twice`);
    if (typeof value.is !== 'string') throw refuse(`the field "${name}" is not a text`);
    if (value.is === '') throw refuse(`the field "${name}" is empty`);
    return value.is;
  }

  return { resellerId: textField(fields.resellerId), apiKey: new SecretValue(textField(fields.apiKey)) };
}

/**
 * The payload that holds `credential` and everything else of `previous` as it stands there: order, spaces, how numbers are written.
 * Throws SECRET_MALFORMED if `previous` is not a JSON object or has one of the fields twice: overwriting what is not understood
 * could lose somebody else's data.
 */
export function withCredential(
  previous: SecretValue | undefined,
  credential: Credential,
  fields: CredentialFields = DEFAULT_FIELDS,
): SecretValue {
  const { text, found, refuse } = readObject(previous ?? new SecretValue('{}'), fields);
  for (const name of [fields.resellerId, fields.apiKey]) {
    if (found(name).length > 1) throw refuse(`the field "${name}" stands there twice`);
  }
  const values = [
    [fields.resellerId, credential.resellerId],
    [fields.apiKey, credential.apiKey.reveal()],
  ] as const;
  return new SecretValue(withMembers(text, new Map(values)));
}

interface ReadObject {
  readonly text: string;
  /** The values under a name, in the order of the text; in an object of their own, since a value may be anything. */
  readonly found: (name: string) => readonly { readonly is: unknown }[];
  readonly refuse: (why: string) => KeyturnError;
}

function readObject(payload: SecretValue, fields: CredentialFields): ReadObject {
  const text = payload.reveal();

  function refuse(why: string): KeyturnError {
    const shape = `{${JSON.stringify(fields.resellerId)}: "...", ${JSON.stringify(fields.apiKey)}: "..."}`;
    return malformed(why, `Store a JSON object with two texts: ${shape}. Other fields may stand beside them.`);
  }

  const parsed = parseJson(text);
  if (parsed === undefined) throw refuse(text.trim() === '' ? 'it is empty' : 'it is not JSON');
  if (!isObject(parsed.is)) throw refuse('it is not a JSON object');
  const members = membersOf(text);
  return {
    text,
    refuse,
    found: (name) =>
      members
        .filter((member) => member.name === name)
        .map(({ start, end }) => ({ is: JSON.parse(text.slice(start, end)) as unknown })),
  };
}

/** V8's own syntax errors quote the text around the mistake, so they go no further than here. */
function parseJson(text: string): { readonly is: unknown } | undefined {
  try {
    return { is: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a payload that is the API key and nothing else, exactly as it is. Throws SECRET_MALFORMED for what cannot be one. */
export function parsePlainKey(payload: SecretValue): SecretValue {
  refuseOddText(payload.reveal(), 'the API key');
  return payload;
}

/** Reads a payload that is the Reseller ID and nothing else. Throws SECRET_MALFORMED for what cannot be one. */
export function parsePlainResellerId(payload: SecretValue): string {
  const text = payload.reveal();
  refuseOddText(text, 'the Reseller ID');
  return text;
}

/** Control characters, and what a program puts in the place of bytes that are no text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[\u0000-\u001f\u007f\ufffd]|\p{Surrogate}/u;

function refuseOddText(text: string, what: string): void {
  const fix = `Store ${what} as plain text and nothing else; for JSON leave \`format\` out and name the fields under \`fields\`.`;
  if (text.trim() === '') throw malformed('it is empty', fix);
  if (isObject(parseJson(text)?.is)) throw malformed(`it is a JSON object, and ${what} alone is expected`, fix);
  if (/^[^\r\n]*\r?\n$/u.test(text)) {
    throw malformed(
      `there is a line break behind ${what}`,
      "Store it without one; a shell's `echo` adds it, `printf %s` does not.",
    );
  }
  if (NO_TEXT.test(text)) throw malformed('it is binary data, or has more than one line', fix);
}

function malformed(why: string, fix: string): KeyturnError {
  return new KeyturnError('SECRET_MALFORMED', `The secret is not of the documented shape: ${why}.`, { fix });
}
