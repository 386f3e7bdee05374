/** Gate: every test that is written runs. Refuses skip, todo and only in whatever form vitest knows. */
import { globSync, readFileSync } from 'node:fs';
import { exit, stdout } from 'node:process';

const FEWEST_FILES = 20;
const SWITCHED_OFF =
  /\b(?:(?:describe|test|it|suite|bench)(?:\.\w+)*\.(?:skip|only|todo|skipIf|runIf|fails)\b|x(?:it|test|describe)\(|(?:ctx|context|t)\.skip\()/;

const files = globSync('test/**/*.test.ts');
const found = files.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (SWITCHED_OFF.test(line) ? [`${file}:${String(index + 1)}`] : [])),
);
for (const place of found) stdout.write(`switched off: ${place}\n`);
stdout.write(`test source: ${String(files.length)} files, ${String(found.length)} tests switched off\n`);
exit(found.length > 0 || files.length < FEWEST_FILES ? 1 : 0);
