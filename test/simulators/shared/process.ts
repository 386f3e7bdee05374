import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { isRecord, type Reader } from './read.ts';

export interface Running {
  /** Printed as one JSON line when everything listens. */
  readonly ready: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * The life of a simulator process: read the configuration, run, say ready, end on SIGTERM, SIGINT or when the parent goes.
 *
 * Configuration comes as JSON: the first line of standard input with `--stdin` (the end of standard input then ends the
 * process), otherwise the environment variable SIMULATOR_CONFIG. `--host`, `--port` and `--control-port` win over it.
 */
export async function runSimulator<C, I>(config: Reader<C, I>, start: (config: C) => Promise<Running>): Promise<void> {
  const flags = readFlags();
  const given: unknown = JSON.parse(flags.stdin ? await firstLine() : (process.env['SIMULATOR_CONFIG'] ?? '{}'));
  const running = await start(config.read({ ...(isRecord(given) ? given : {}), ...flags.over }, 'config'));
  function end(): void {
    void running.close().finally(() => process.exit(0));
  }
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (flags.stdin) process.stdin.once('end', end).once('close', end).resume();
  if (flags.stdin && process.stdin.readableEnded) end();
  process.stdout.on('error', end);
  process.stdout.write(`${JSON.stringify(running.ready)}\n`);
}

function readFlags(): { readonly stdin: boolean; readonly over: Record<string, unknown> } {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { stdin: { type: 'boolean' }, host: option, port: option, 'control-port': option },
  });
  const over = {
    ...(values.host !== undefined && { host: values.host }),
    ...(values.port !== undefined && { port: Number(values.port) }),
    ...(values['control-port'] !== undefined && { controlPort: Number(values['control-port']) }),
  };
  return { stdin: values.stdin ?? false, over };
}

function firstLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: process.stdin });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => reject(new Error('standard input ended before the configuration came')));
  });
}
