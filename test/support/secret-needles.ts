/** Shorter values occur in ordinary text by chance, and a scan that cries wolf gets switched off. */
export const SHORTEST_SECRET = 8;

/** One way in which a secret may lie in a file. */
export interface Needle {
  readonly bytes: Buffer;
  /** Position in the list of secrets: a report names this, never the value. */
  readonly secret: number;
  readonly encoding: string;
}

/** The characters of a base64 text that do not depend on what stands before and after the secret, per alignment. */
function base64Cores(value: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), value])
      .toString('base64')
      .replace(/=+$/, '');
    const partial = (value.length + shift) % 3 === 0 ? 0 : 1;
    return text.slice(Math.ceil((shift * 4) / 3), text.length - partial);
  });
}

function lowerEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function encodingsOf(value: string): [string, string][] {
  const utf8 = Buffer.from(value, 'utf8');
  const url = encodeURIComponent(value.toWellFormed());
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = base64Cores(utf8);
  return [
    ['raw', value],
    ['json', json],
    ['json twice', JSON.stringify(json).slice(1, -1)],
    ['url', url],
    ['url', lowerEscapes(url)],
    ['form', url.replaceAll('%20', '+')],
    ['hex', utf8.toString('hex')],
    ['hex', utf8.toString('hex').toUpperCase()],
    ...base64.map((text): [string, string] => ['base64', text]),
    ...base64.map((text): [string, string] => ['base64url', text.replaceAll('+', '-').replaceAll('/', '_')]),
  ];
}

/** Every form of every secret, each once. Values that are too short give nothing. */
export function needlesOf(secrets: readonly string[]): Needle[] {
  const needles = new Map<string, Needle>();
  secrets.forEach((value, secret) => {
    if (value.length < SHORTEST_SECRET) return;
    for (const [encoding, text] of encodingsOf(value)) {
      if (!needles.has(text)) needles.set(text, { bytes: Buffer.from(text, 'utf8'), secret, encoding });
    }
  });
  return [...needles.values()];
}
