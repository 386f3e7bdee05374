import { KeyturnError } from '../core/errors.ts';
import { acceptApiKey } from '../core/key-intake.ts';
import type { KeySource } from '../core/ports.ts';
import { SecretValue } from '../core/secret-value.ts';

/** A key is one short line; more than this is some other file. */
const MAX_STDIN_BYTES = 64 * 1024;
/** A pipe that is silent for this long may be waiting for somebody who does not know it. */
const HINT_AFTER_MS = 1_000;

export interface KeyInput {
  readonly stdin: NodeJS.ReadStream;
  /** Read standard input even if it is a terminal. */
  readonly fromStdin: boolean;
  readonly note: (text: string) => void;
}

/** Takes the new key by a hidden prompt on a terminal, else from standard input. Never from the command line. */
export function createKeySource(input: KeyInput): KeySource {
  return {
    async receive(account, signal) {
      const asks = input.stdin.isTTY && !input.fromStdin;
      const text = asks ? await prompt(account.accountId, signal) : await readAll(input, signal);
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
    throw noKey();
  }
}

async function readAll({ stdin, note }: KeyInput, signal: AbortSignal): Promise<string> {
  const hint = setTimeout(
    () => note('Waiting for the key on standard input (one line, then end of input).'),
    HINT_AFTER_MS,
  );
  function stop(): void {
    stdin.destroy();
  }
  signal.addEventListener('abort', stop, { once: true });
  try {
    return remember((await readChunks(stdin)).toString('utf8'));
  } catch (error) {
    throw signal.aborted ? noKey() : error;
  } finally {
    clearTimeout(hint);
    signal.removeEventListener('abort', stop);
  }
}

async function readChunks(stdin: NodeJS.ReadStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_STDIN_BYTES) break;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function noKey(): KeyturnError {
  return new KeyturnError('ABORTED', 'No key was given.', {
    untouched: 'Nothing was stored and no panel was touched.',
    fix: 'If the key has been regenerated at DomainNameAPI already, run the same command again now: the old one is dead.',
  });
}

/** Whatever was typed is a secret from the first moment, even if it is refused a line later. */
function remember(text: string): string {
  new SecretValue(text);
  return text;
}
