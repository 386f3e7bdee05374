import { report } from 'node:process';
import { toKeyturnError } from '../core/errors.ts';
import { serializeError } from '../infra/log/serializers.ts';
import { EXIT } from './exit-codes.ts';
import { createOutput } from './output.ts';

/**
 * Closes the ways out that are open in any Node process. To be called before anything else loads: libraries read DEBUG when they
 * do. An error that nobody caught is told like any other, and the process ends with 70: Node itself would print its message, its
 * causes and its properties, where client libraries keep tokens and bodies. A diagnostic report leaves the environment out.
 */
export function guardProcess(): void {
  // By these a library prints the password of Redis, and Node stops verifying TLS for whoever does not insist on it.
  delete process.env['DEBUG'];
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  report.excludeEnv = true;
  process.on('uncaughtException', endWith);
  process.on('unhandledRejection', endWith);
}

function endWith(thrown: unknown): never {
  const output = createOutput(process.argv.includes('--json'));
  if (typeof thrown === 'object' && thrown !== null) output.note(JSON.stringify({ err: serializeError(thrown) }));
  output.failure(toKeyturnError(thrown));
  process.exit(EXIT.internal);
}
