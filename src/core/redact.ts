const MARKER = '[redacted]';
/** Shorter values would match ordinary words and make every text unreadable. */
const MIN_LENGTH = 6;
const MAX_SECRETS = 20_000;

/** Every encoding of every secret this process has held, newest last. Process-wide on purpose: no call site can forget it. */
const known = new Set<string>();

function encodings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const utf8 = Buffer.from(value, 'utf8');
  return [value, value.trim(), json, encodeForUrl(value), utf8.toString('base64'), utf8.toString('base64url'), utf8.toString('hex')];
}

function encodeForUrl(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Remembers a value that `redact` must remove from now on. Values under six characters are ignored. */
export function registerSecret(value: string): void {
  if (value.trim().length < MIN_LENGTH) return;
  for (const text of encodings(value)) known.add(text);
  while (known.size > MAX_SECRETS) {
    const oldest = known.values().next();
    if (oldest.done) return;
    known.delete(oldest.value);
  }
}

/**
 * Removes every registered secret, in its common encodings, from a text. One pass per secret, longest first, so it always ends;
 * the result holds no registered secret, because what joins up around a marker is looked at again until nothing is left.
 */
export function redact(text: string): string {
  let result = text;
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    if (result.includes(secret) && !MARKER.includes(secret)) result = result.replaceAll(secret, MARKER);
  }
  return result;
}
