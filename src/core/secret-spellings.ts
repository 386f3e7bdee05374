/** Values longer than this are looked for only as they are: all their spellings would take too much memory. */
const LONG = 65_536;
/** A line of a longer value that is worth looking for by itself, as logs are written line by line. */
const LINE = 16;

/**
 * The ways in which a value turns up in other people's texts: as it is, trimmed, line by line, inside JSON, XML, a URL or a form,
 * in hexadecimal, and in base64 at any alignment (as in a Basic authorization header, where a user name stands before it).
 */
export function spellingsOf(value: string): Set<string> {
  if (value.length > LONG) return new Set([value, value.trim()]);
  const spellings = new Set<string>();
  for (const text of new Set([value, value.trim(), ...linesOf(value)])) {
    for (const spelling of [text, ...escaped(text), ...encoded(text)]) spellings.add(spelling);
  }
  return spellings;
}

function linesOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/u);
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= LINE);
}

function escaped(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const asciiJson = json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const url = encodeURIComponent(text.toWellFormed());
  const strict = url.replace(/[!'()*]/gu, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const php = strict.replaceAll('%20', '+').replaceAll('~', '%7E');
  const urls = [url, strict, php, formOf(text)];
  return [json, asciiJson, asciiJson.replaceAll('/', '\\/'), xmlOf(text), ...urls, ...urls.map(lowerEscapes)];
}

function formOf(text: string): string {
  return new URLSearchParams({ value: text }).toString().slice('value='.length);
}

function lowerEscapes(url: string): string {
  return url.replace(/%[0-9A-F]{2}/gu, (escape) => escape.toLowerCase());
}

function xmlOf(text: string): string {
  const named = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return named.replaceAll('"', '&quot;').replaceAll("'", '&#039;');
}

function encoded(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const hex = bytes.toString('hex');
  const base64 = [withoutPadding(bytes), ...[0, 1, 2].map((offset) => base64At(bytes, offset))];
  return [hex, hex.toUpperCase(), ...base64, ...base64.map(urlSafe)];
}

function withoutPadding(bytes: Buffer): string {
  return bytes.toString('base64').replace(/={1,2}$/u, '');
}

/** The part of the base64 text that depends on these bytes alone, when `offset` bytes stand before them in a group of three. */
function base64At(bytes: Buffer, offset: number): string {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((shifted.length * 8) / 6);
  return shifted.toString('base64').slice(start, end);
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
