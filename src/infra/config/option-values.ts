import { resolve } from 'node:path';
import { isSecretReference, secretSourceOf } from '../../core/secret-reference.ts';
import type { ConfigPath } from './problem.ts';

const PATH_OPTION = /^(file|directory)$|(File|Directory)$/;

export type Section = Readonly<Record<string, unknown>>;

export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The section under a key; an empty one if there is none or it is something else (the schema complains about that). */
export function sectionAt(value: unknown, key: string): Section {
  const found = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isSection(found) ? found : {};
}

/** The entry under a key if it is a text. */
export function textAt(value: unknown, key: string): string | undefined {
  const found = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The list under a key; an empty one if there is none or it is something else. */
export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/**
 * Makes relative paths absolute, so that it does not matter where Keyturn is started from. A path is an option named `file` or
 * `directory`, or whose name ends in `File` or `Directory`. References (`file:…`) are left for the resolver.
 */
export function withAbsolutePaths(options: unknown, directory: string): unknown {
  if (Array.isArray(options)) return options.map((item) => withAbsolutePaths(item, directory));
  if (!isSection(options) || !isPlain(options)) return options;
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => {
      const isPath = typeof value === 'string' && PATH_OPTION.test(key) && !isSecretReference(value);
      return [key, isPath ? resolve(directory, value) : withAbsolutePaths(value, directory)];
    }),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export interface StoreReference {
  readonly path: ConfigPath;
  readonly store: string;
}

/** Every `store:` reference in a part of the file. */
export function storeReferencesIn(value: unknown, path: ConfigPath = []): readonly StoreReference[] {
  if (typeof value === 'string') {
    if (!value.startsWith('store:') || !isSecretReference(value)) return [];
    const source = secretSourceOf(value);
    return source.from === 'store' ? [{ path, store: source.store }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => storeReferencesIn(item, [...path, index]));
  if (!isSection(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => storeReferencesIn(item, [...path, key]));
}
