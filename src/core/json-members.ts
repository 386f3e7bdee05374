/** One member of a JSON object as it stands in the text: `start` up to, but not including, `end` is its value. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The members of the object that `text` holds, in order, duplicates included, without a word of it being rewritten. `text` must be
 * valid JSON with an object at the top; parse it before.
 */
export function membersOf(text: string): readonly JsonMember[] {
  const members: JsonMember[] = [];
  let at = skipSpace(text, text.indexOf('{') + 1);
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at);
    const name = String(JSON.parse(text.slice(at, nameEnd)));
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const end = endOfValue(text, start);
    members.push({ name, start, end });
    at = skipSpace(text, skipSpace(text, end) + 1);
  }
  return members;
}

/**
 * The same text with these members' values: an existing one is replaced where it stands, a new one goes to the end. Everything else
 * stays as it was, byte by byte: order, spaces, how numbers are written, members that stand there twice.
 */
export function withMembers(text: string, values: ReadonlyMap<string, string>): string {
  const members = membersOf(text);
  let changed = text;
  for (const { name, start, end } of members.toReversed()) {
    const value = values.get(name);
    if (value !== undefined) changed = `${changed.slice(0, start)}${JSON.stringify(value)}${changed.slice(end)}`;
  }
  const added = [...values].filter(([name]) => !members.some((member) => member.name === name));
  if (added.length === 0) return changed;
  const rest = added.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
  const close = changed.lastIndexOf('}');
  const head = members.length > 0 ? `${changed.slice(0, close).trimEnd()},` : changed.slice(0, close);
  return `${head}${rest}${changed.slice(close)}`;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

function endOfString(text: string, quote: number): number {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') [depth, at] = [depth + 1, at + 1];
    else if (char === '}' || char === ']') [depth, at] = [depth - 1, at + 1];
    else if (depth > 0) at += 1;
    else at = endOfWord(text, at);
  } while (depth > 0);
  return at;
}

/** A number, `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !',}] \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}
