/** Gate: no key that was ever used lies in what the suite and the demo left. Arguments: ledger file, artefact folder. */
import { argv, exit, stdout } from 'node:process';
import { readLedger, scanFolder } from '../test/support/secret-scan.ts';

const SHOWN = 20;
const [, , ledger, folder] = argv;
if (ledger === undefined || folder === undefined) {
  stdout.write('usage: node .ci/check-secrets.ts LEDGER FOLDER\n');
  exit(2);
}
const { secrets, files, bytes, leaks } = await scanFolder(folder, readLedger(ledger));
for (const leak of leaks.slice(0, SHOWN)) {
  stdout.write(
    `leak: ${leak.file} at byte ${String(leak.offset)}, ${leak.encoding}, ledger line ${String(leak.ledgerLine)}\n`,
  );
}
stdout.write(
  `secrets: ${String(secrets)} keys looked for in ${String(files)} files, ${String(bytes)} bytes; ${String(leaks.length)} found\n`,
);
if (secrets === 0 || bytes === 0) stdout.write('secrets: a scan of nothing proves nothing\n');
exit(leaks.length > 0 || secrets === 0 || bytes === 0 ? 1 : 0);
