import { KeyturnError } from '../core/errors.ts';
import { acceptApiKey } from '../core/key-intake.ts';
import type { KeySource } from '../core/ports.ts';
import { SecretValue } from '../core/secret-value.ts';

/** A key is one short line; more than this is some other file. */
const MAX_STDIN_BYTES = 64 * 1024;

/** Takes the new key by a hidden prompt on a terminal, else from standard input. Never from the command line. */
export function createKeySource(io: { readonly stdin: NodeJS.ReadStream; readonly fromStdin: boolean }): KeySource {
  return {
    async receive(account, signal) {
      const text =
        io.stdin.isTTY && !io.fromStdin ? await prompt(account.accountId, signal) : await readAll(io.stdin, signal);
      return acceptApiKey(text, account.resellerId === undefined ? {} : { resellerId: account.resellerId });
    },
  };
}

async function prompt(account: string, signal: AbortSignal): Promise<string> {
  const { default: password } = await import('@inquirer/password');
  try {
    return remember(
      await password(
        { message: `New API key of ${account} (not shown):`, mask: '*' },
        { signal, output: process.stderr },
      ),
    );
  } catch {
    throw new KeyturnError('ABORTED', 'No key was given.', { untouched: 'Nothing was changed.' });
  }
}

async function readAll(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer | string>) {
    signal.throwIfAborted();
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_STDIN_BYTES) break;
    chunks.push(bytes);
  }
  return remember(Buffer.concat(chunks).toString('utf8'));
}

/** Whatever was typed is a secret from the first moment, even if it is refused a line later. */
function remember(text: string): string {
  new SecretValue(text);
  return text;
}
