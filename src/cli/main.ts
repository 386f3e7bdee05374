#!/usr/bin/env node
import { CommanderError } from 'commander';
import { keepCompiledCode } from './compile-cache.ts';
import { EXIT } from './exit-codes.ts';
import { guardProcess } from './process-guard.ts';
import { createProgram, withoutValues } from './program.ts';

keepCompiledCode(process.env);
guardProcess();

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error.exitCode !== 0 && process.argv.includes('--json')) process.stdout.write(usageDocument(error));
}

/** The same shape as every other error (docs/json-output.md); commander has told people already. */
function usageDocument({ message }: CommanderError): string {
  const error = {
    code: 'USAGE',
    message: withoutValues(message).replace(/^error: /u, ''),
    untouched: 'Nothing was changed.',
    fix: 'See: keyturn --help',
  };
  return `${JSON.stringify({ error }, undefined, 2)}\n`;
}
