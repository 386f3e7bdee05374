import type { In, Out, Reader } from './read.ts';
import { json, type Listening, listen, type Outcome, type WebRequest } from './web.ts';

/** One control operation: what it takes and what it gives. The server and the typed client are both made from this. */
export interface Operation {
  readonly args: Reader<unknown, unknown>;
  readonly result: Reader<unknown, unknown>;
}
export type Operations = Readonly<Record<string, Operation>>;

/** The server's side: one function per operation. */
export type Controls<T extends Operations> = {
  readonly [K in keyof T]: (args: Out<T[K]['args']>) => In<T[K]['result']>;
};

/** The client's side. Arguments that may all be left out may be left out altogether. */
export type Control<T extends Operations> = {
  readonly [K in keyof T]: (
    ...args: undefined extends In<T[K]['args']>
      ? []
      : object extends In<T[K]['args']>
        ? [In<T[K]['args']>?]
        : [In<T[K]['args']>]
  ) => Promise<Out<T[K]['result']>>;
};

/** Serves `POST /<operation>` with a JSON body on 127.0.0.1. 404 for an unknown operation, 400 for wrong arguments. */
export function serveControl<T extends Operations>(
  operations: T,
  controls: Controls<T>,
  port: number,
): Promise<Listening> {
  function run({ path, body }: WebRequest): Outcome {
    const name = path.slice(1);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) return json(404, { error: `no control operation ${name}` });
    const given: unknown = body === '' ? {} : JSON.parse(body);
    const control: (args: never) => unknown = controls[name as keyof T];
    // The arguments have just been read by the operation's own reader.
    return json(200, control(operation.args.read(given, name) as never) ?? null);
  }
  async function handle(request: WebRequest): Promise<Outcome> {
    try {
      return await Promise.resolve(run(request));
    } catch (error) {
      return json(400, { error: error instanceof Error ? error.message : 'failed' });
    }
  }
  return listen(handle, { host: '127.0.0.1', port });
}

/** Typed functions over a simulator's control address. Each throws an Error that says what the simulator refused. */
export function connectControl<T extends Operations>(operations: T, url: string): Control<T> {
  const functions = Object.entries(operations).map(([name, operation]) => [
    name,
    async (args: unknown) => {
      const response = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(args ?? {}) });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`simulator control ${name}: ${JSON.stringify(body)}`);
      return operation.result.read(body, name);
    },
  ]);
  // The mapped type above says exactly what has just been built from the same table.
  return Object.fromEntries(functions) as Control<T>;
}
