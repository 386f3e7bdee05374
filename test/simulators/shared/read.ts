/**
 * A very small schema library for the simulators' configuration and control messages.
 *
 * zod would do, but it takes longer to load than a whole simulator may take to start, and the simulators share nothing
 * with the product on purpose.
 */
export interface Reader<Out, In = Out> {
  /** Throws an Error that names `where` when the value does not fit. */
  read(value: unknown, where: string): Out;
  /** Never set: it only carries the type of what a caller may write. */
  readonly input?: In;
}

export type Out<R> = R extends Reader<infer O, infer _I> ? O : never;
export type In<R> = R extends Reader<infer _O, infer I> ? I : never;

type Shape = Readonly<Record<string, Reader<unknown, unknown>>>;
type ShapeOut<S extends Shape> = { readonly [K in keyof S]: Out<S[K]> };
type ShapeIn<S extends Shape> = { readonly [K in keyof S as undefined extends In<S[K]> ? never : K]: In<S[K]> } & {
  readonly [K in keyof S as undefined extends In<S[K]> ? K : never]?: In<S[K]>;
};

function wrong(where: string, wanted: string): never {
  throw new Error(`${where}: ${wanted} expected`);
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const text: Reader<string> = {
  read: (value, where) => (typeof value === 'string' ? value : wrong(where, 'text')),
};

export const number: Reader<number> = {
  read: (value, where) => (typeof value === 'number' && Number.isFinite(value) ? value : wrong(where, 'a number')),
};

export const flag: Reader<boolean> = {
  read: (value, where) => (typeof value === 'boolean' ? value : wrong(where, 'true or false')),
};

/** Any JSON value; somebody else will read it. */
export const anything: Reader<unknown> = { read: (value) => value };

/** Accepts and returns nothing at all. */
export const nothing: Reader<undefined, void> = { read: () => undefined };

/** One of a few literal texts. */
export function oneOf<const T extends string>(...values: readonly T[]): Reader<T> {
  return { read: (value, where) => values.find((one) => one === value) ?? wrong(where, values.join(' | ')) };
}

/** An array of one kind of element. */
export function list<O, I>(element: Reader<O, I>): Reader<readonly O[], readonly I[]> {
  return {
    read: (value, where) =>
      Array.isArray(value)
        ? value.map((one: unknown, at) => element.read(one, `${where}[${at}]`))
        : wrong(where, 'a list'),
  };
}

/** An object with any keys and one kind of value. */
export function record<O, I>(element: Reader<O, I>): Reader<Readonly<Record<string, O>>, Readonly<Record<string, I>>> {
  return {
    read: (value, where) =>
      isRecord(value)
        ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, element.read(one, `${where}.${key}`)]))
        : wrong(where, 'an object'),
  };
}

/** May be left out; reads as undefined. JSON's null counts as left out. */
export function maybe<O, I>(reader: Reader<O, I>): Reader<O | undefined, I | undefined> {
  return { read: (value, where) => (value === undefined || value === null ? undefined : reader.read(value, where)) };
}

/** May be left out; reads as what `otherwise` makes. */
export function fallback<O, I>(reader: Reader<O, I>, otherwise: () => NoInfer<O>): Reader<O, I | undefined> {
  return { read: (value, where) => (value === undefined || value === null ? otherwise() : reader.read(value, where)) };
}

/** An object with known keys; unknown keys are refused, so that a misspelt switch is noticed. */
export function object<S extends Shape>(shape: S): Reader<ShapeOut<S>, ShapeIn<S>> {
  return {
    read(value, where) {
      if (!isRecord(value)) return wrong(where, 'an object');
      const unknown = Object.keys(value).find((key) => !(key in shape));
      if (unknown !== undefined) throw new Error(`${where}: unknown field ${unknown}`);
      const entries = Object.entries(shape).map(([key, reader]) => [key, reader.read(value[key], `${where}.${key}`)]);
      // The parse edge: every key of the shape has just been read by its own reader.
      return Object.fromEntries(entries) as ShapeOut<S>;
    },
  };
}

/** Reads JSON text through a reader. */
export function readJson<O, I>(reader: Reader<O, I>, json: string, where: string): O {
  const value: unknown = JSON.parse(json);
  return reader.read(value, where);
}
