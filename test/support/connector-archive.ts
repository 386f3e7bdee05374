import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import { recordSecret } from './secret-ledger.ts';

/** What stands in a pairing.php, read without PHP: every value of it is a text or a list of texts on one line. */
export interface PairingFile {
  readonly connector: string;
  readonly key: string;
  readonly keypair: string;
  readonly addresses: string[];
  readonly vendor: { readonly live: string; readonly test: string };
}

/** The files of a zip on disk, by path. */
export async function unpack(path: string): Promise<ReadonlyMap<string, string>> {
  const files = unzipSync(new Uint8Array(await readFile(path)));
  return new Map(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]));
}

/** Reads the text of a pairing.php. Its keys go to the ledger of secrets. Throws an Error for a file of another form. */
export function readPairingFile(text: string | undefined): PairingFile {
  const php = text ?? '';
  const pairing = {
    connector: textOf(php, 'connector'),
    key: textOf(php, 'key'),
    keypair: textOf(php, 'keypair'),
    addresses: textsIn(/'addresses' => \[(.*)\]/u.exec(php)?.[1] ?? ''),
    vendor: { live: textOf(php, 'live'), test: textOf(php, 'test') },
  };
  recordSecret(pairing.key);
  recordSecret(pairing.keypair);
  return pairing;
}

function textOf(php: string, name: string): string {
  const found = new RegExp(`'${name}' => '((?:[^'\\\\]|\\\\.)*)'`, 'u').exec(php)?.[1];
  if (found === undefined) throw new Error(`pairing.php has no ${name}`);
  return found;
}

function textsIn(list: string): string[] {
  return [...list.matchAll(/'([^']*)'/gu)].map(([, text]) => text ?? '');
}
