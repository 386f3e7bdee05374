/**
 * Gate: what `npm pack` would publish. Looks at the list of files and at their bytes, then installs the tarball in an empty
 * folder and runs it there, because only that shows a path which is right in the source tree and wrong in dist/.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv, env, exit, stdout } from 'node:process';
import { z } from 'zod';

const MOST_BYTES = 2_000_000;
const FEWEST_FILES = 60;
const NEEDED = ['dist/src/cli/main.js', 'dist/package.json', 'package.json', 'README.md', 'LICENSE'];
const NEEDED_FOLDERS = ['dist/src/', 'dist/providers/', 'dist/jobs/', 'dist/test/simulators/', 'docs/'];
const REFUSED = [
  /(^|\/)\.env/,
  /\.(key|pem|p12|pfx|age|aof|rdb|log|tgz)$/,
  /\.test\.js$/,
  /(^|\/)(node_modules|bench)\//,
];
const REFUSED_PATHS = [/^dist\/test\/(?!simulators\/)/, /^(src|providers|jobs|test|\.ci)\//, /\.ts$/];
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=]{20}|AGE-SECRET-KEY-1[A-Z0-9]{20}/;

const packed = z.array(
  z.object({ filename: z.string(), unpackedSize: z.number(), files: z.array(z.object({ path: z.string() })) }),
);

function npm(args: readonly string[], folder: string): string {
  return execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function contentProblems(paths: readonly string[], bytes: number): string[] {
  const refused = paths.filter((path) => [...REFUSED, ...REFUSED_PATHS].some((pattern) => pattern.test(path)));
  const withKeys = paths.filter((path) => PRIVATE_KEY.test(readFileSync(path, 'utf8')));
  return [
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `missing: ${path}`),
    ...NEEDED_FOLDERS.filter((folder) => !paths.some((path) => path.startsWith(folder))).map(
      (folder) => `missing: ${folder}`,
    ),
    ...refused.map((path) => `does not belong in a package: ${path}`),
    ...withKeys.map((path) => `holds a private key: ${path}`),
    ...(bytes > MOST_BYTES ? [`${String(bytes)} bytes unpacked, more than ${String(MOST_BYTES)}`] : []),
    ...(paths.length < FEWEST_FILES ? [`only ${String(paths.length)} files`] : []),
  ];
}

/** Installs the tarball as a user would and runs its commands with the Node that it brings. */
function runInstalled(tarball: string, commands: readonly (readonly string[])[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-package-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    npm(['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], folder);
    const bin = join(folder, 'node_modules/.bin');
    for (const command of commands) {
      const output = execFileSync(join(bin, 'keyturn'), command, {
        cwd: folder,
        env: { ...env, PATH: `${bin}:${env['PATH'] ?? ''}` },
        encoding: 'utf8',
      });
      stdout.write(
        `package: keyturn ${command.join(' ')} from the tarball: ${String(output.split('\n').length)} lines, exit 0\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

execFileSync('node_modules/.bin/publint', ['--strict'], { stdio: 'inherit' });
const packFolder = mkdtempSync(join(tmpdir(), 'keyturn-pack-'));
const [pack] = packed.parse(
  JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', packFolder], '.')),
);
const paths = pack?.files.map((file) => file.path) ?? [];
const problems = contentProblems(paths, pack?.unpackedSize ?? 0);
for (const problem of problems) stdout.write(`package: ${problem}\n`);
stdout.write(
  `package: ${String(paths.length)} files, ${String(pack?.unpackedSize ?? 0)} bytes, ${String(problems.length)} problems\n`,
);
const demo = argv.includes('--demo') ? [['demo']] : [];
if (pack !== undefined) runInstalled(resolve(packFolder, pack.filename), [['--help'], ['--version'], ...demo]);
rmSync(packFolder, { recursive: true, force: true });
exit(problems.length === 0 ? 0 : 1);
