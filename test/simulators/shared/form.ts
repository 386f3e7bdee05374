import { isRecord } from './read.ts';

/** What PHP makes of a form: texts, or arrays (always keyed here) of the same. */
export type FormValue = string | FormFields;
export interface FormFields {
  [key: string]: FormValue;
}

/** Without a prototype, so that a field named __proto__ is only a field. */
function emptyFields(): FormFields {
  return Object.create(null) as FormFields;
}

/** Decodes `a=1&b[x]=2&c[]=3` into the nested arrays that PHP would see. */
export function parseForm(encoded: string): FormFields {
  const fields = emptyFields();
  for (const [name, value] of new URLSearchParams(encoded)) assign(fields, keysOf(name), value);
  return fields;
}

function keysOf(name: string): readonly string[] {
  const bracket = name.indexOf('[');
  if (bracket <= 0 || !name.endsWith(']')) return [name];
  return [name.slice(0, bracket), ...name.slice(bracket + 1, -1).split('][')];
}

function assign(fields: FormFields, keys: readonly string[], value: string): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  const slot = key === '' ? String(Object.keys(fields).length) : key;
  if (rest.length === 0) {
    fields[slot] = value;
    return;
  }
  const inner = fields[slot];
  const nested = isFields(inner) ? inner : emptyFields();
  fields[slot] = nested;
  assign(nested, rest, value);
}

/** True for a nested form array. */
export function isFields(value: FormValue | undefined): value is FormFields {
  return isRecord(value);
}

/** A text field, or undefined if it is absent or an array. */
export function textField(fields: FormFields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** A nested array's text members; empty if the field is absent. */
export function textMembers(fields: FormFields, name: string): Record<string, string> {
  const value = fields[name];
  const members = isFields(value) ? Object.entries(value) : [];
  return Object.fromEntries(members.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#039;',
};

/** PHP's htmlspecialchars with quotes. */
export function toEntities(value: string): string {
  return value.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}
