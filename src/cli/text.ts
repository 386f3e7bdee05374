/** `1 panel`, `3 panels`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Narrower than this, breaking lines makes a text harder to read than letting the terminal do it. */
const NARROWEST = 50;

/**
 * A label and its text, the text's further lines standing below its first one. `columns` is the terminal's width; without it (no
 * terminal) the text stays on one line, so that it can be searched.
 */
export function hang(label: string, text: string, columns: number | undefined): string {
  const room = (columns ?? 0) - label.length;
  if (room < NARROWEST) return `${label}${text}`;
  const lines = breakLines(text, room);
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line).join('\n');
}

/** The same for a line whose label is its indentation and its mark. */
export function hangLine(line: string, columns: number | undefined): string {
  const label = /^ *(?:\S+ (?=\S))?/u.exec(line.startsWith(' ') ? line : '')?.[0] ?? '';
  return hang(label, line.slice(label.length), columns);
}

function breakLines(text: string, room: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
