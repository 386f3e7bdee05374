import { fallback, maybe, number, type Out, object, text } from './read.ts';

/** Several hundred panels in one process: `/p/1`, `/p/2` and so on, each with a state of its own. */
export const manyConfig = object({
  count: number,
  /** The first two octets of the addresses that the panels call the vendor from, `127.40` say; left out: the server's. */
  addressPrefix: maybe(text),
  prefix: fallback(text, () => '/p/'),
});

/** What each of the many panels adds to the common panel configuration. */
export function spread(
  many: Out<typeof manyConfig>,
): readonly { readonly prefix: string; readonly address?: string }[] {
  return Array.from({ length: many.count }, (_, at) => {
    const n = at + 1;
    const address = many.addressPrefix && `${many.addressPrefix}.${n >> 8}.${n & 255}`;
    return { prefix: `${many.prefix}${n}`, ...(address && { address }) };
  });
}

/** Finds the panel whose prefix begins the path, and the rest of the path after it. */
export function locate<P>(
  panels: ReadonlyMap<string, P>,
  path: string,
): { readonly panel: P; readonly rest: string } | undefined {
  const segments = path.split('/').slice(1);
  for (let used = Math.min(segments.length - 1, 3); used >= 0; used -= 1) {
    const prefix = used === 0 ? '' : `/${segments.slice(0, used).join('/')}`;
    const panel = panels.get(prefix);
    if (panel !== undefined) return { panel, rest: `/${segments.slice(used).join('/')}` };
  }
  return undefined;
}

/** The panel that a control call means: by prefix, or the first one. Throws if there is none. */
export function chosen<P>(panels: ReadonlyMap<string, P>, prefix: string | undefined): P {
  const found = prefix === undefined ? panels.values().next().value : panels.get(prefix);
  if (found === undefined) throw new Error(`no panel at ${prefix ?? 'all'}`);
  return found;
}
