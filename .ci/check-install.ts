/**
 * Gate: `npm ci` installed what package.json names, at the versions it pins. npm leaves out, without a word, an optional package
 * whose `engines` the system's Node does not satisfy, and the system's Node is not the one that runs Keyturn.
 */
import { readFileSync } from 'node:fs';
import { exit, version as nodeVersion, stdout } from 'node:process';
import { z } from 'zod';

const versions = z.record(z.string(), z.string());
const manifest = z.object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions });

function installedVersion(name: string): string {
  try {
    const text = readFileSync(`node_modules/${name}/package.json`, 'utf8');
    return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
  } catch {
    return 'nothing';
  }
}

const { dependencies, devDependencies, optionalDependencies } = manifest.parse(
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
const wrong = wanted.filter(([name, version]) => installedVersion(name) !== version);
for (const [name, version] of wrong)
  stdout.write(`install: ${name} is pinned to ${version}, installed is ${installedVersion(name)}\n`);
if (!nodeVersion.startsWith('v24.')) stdout.write(`install: the pinned Node is ${nodeVersion}, not 24\n`);
stdout.write(
  `install: ${String(wanted.length)} direct dependencies, ${String(wrong.length)} wrong, Node ${nodeVersion}\n`,
);
exit(wrong.length === 0 && wanted.length > 0 && nodeVersion.startsWith('v24.') ? 0 : 1);
