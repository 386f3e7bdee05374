/** What a form field may hold: a scalar, or a list or record of such, as PHP reads them from brackets. */
export type FormValue = unknown;

const MAX_DEPTH = 6;

/** Encodes nested values the way PHP expects them: `vars[user]=x&params[0]=y`. Null and undefined become empty text. */
export function encodeForm(values: Readonly<Record<string, FormValue>>): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) append(form, name, value, 0);
  return form.toString();
}

function append(form: URLSearchParams, name: string, value: FormValue, depth: number): void {
  if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    for (const [key, inner] of Object.entries(value)) append(form, `${name}[${key}]`, inner, depth + 1);
    return;
  }
  form.append(name, textOf(value));
}

/** A scalar as PHP would print it: true is `1`, false and null are empty. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value === true ? '1' : '';
}
