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
import { panelKinds } from '../providers/registry.ts';
import { buildConnector } from '../providers/shared/connector/archive.ts';
import { vendorOptions } from '../providers/vendors/domainnameapi/options.ts';

const MOST_BYTES = 2_000_000;
const FEWEST_FILES = 60;
const NEEDED = ['dist/src/cli/main.js', 'dist/package.json', 'package.json', 'README.md', 'LICENSE'];
const NEEDED_FOLDERS = [
  'dist/providers/panels/connector/core/',
  'dist/src/',
  'dist/providers/',
  'dist/jobs/',
  'dist/test/simulators/',
  'docs/',
];
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

const PANELS = {
  whmcs: { identifier: 'env:IDENTIFIER', secret: 'env:SECRET' },
  wisecp: { generation: 'v5', apiKey: 'env:SECRET' },
  hostbill: { apiId: 'env:IDENTIFIER', apiKey: 'env:SECRET' },
  blesta: { user: 'keyturn', key: 'env:SECRET' },
  clientexec: {},
};
const built = z.object({ archive: z.string() });

/** A configuration with a panel of every kind that has a connector. YAML is a superset of JSON. */
function configuration(): string {
  const panels = Object.entries(PANELS).map(([kind, options]): [string, object] => {
    const connector = { pairing: `file:${kind}.pairing` };
    return [kind, { kind, url: `https://${kind}.example.com`, ...options, connector, bindings: [{ account: 'main' }] }];
  });
  return JSON.stringify({
    fingerprintKey: 'file:.keyturn/fingerprint.key',
    stores: { local: { kind: 'env', file: '.env' } },
    accounts: { main: { live: { secret: { store: 'local', name: 'main' } } } },
    panels: Object.fromEntries(panels),
  });
}

/** Pairs a panel of every kind, then builds an upgrade, which must be the archive of the source tree byte for byte. */
async function buildConnectors(folder: string, run: (command: readonly string[]) => string): Promise<void> {
  run(['init']);
  writeFileSync(join(folder, 'keyturn.yaml'), configuration());
  const vendor = vendorOptions.parse({});
  for (const kind of Object.keys(PANELS)) {
    run(['connector', 'build', kind]);
    const { archive } = built.parse(JSON.parse(run(['connector', 'build', kind, '--json'])) as unknown);
    const layout = await panelKinds[kind]?.connector?.();
    const wanted =
      layout && (await buildConnector(kind, { layout, vendor: { live: vendor.live.url, test: vendor.test.url } }));
    if (!wanted?.files.size || !readFileSync(archive).equals(wanted.zip)) {
      throw new Error(`the ${kind} connector from the tarball is not the one of the source tree`);
    }
    stdout.write(`package: keyturn connector build ${kind} from the tarball: ${String(wanted.files.size)} files\n`);
  }
}

/** Installs the tarball as a user would and runs its commands with the Node that it brings. */
async function runInstalled(tarball: string, commands: readonly (readonly string[])[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-package-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    npm(['install', '--prefer-offline', '--no-audit', '--no-fund', tarball], folder);
    const bin = join(folder, 'node_modules/.bin');
    const path = `${bin}:${env['PATH'] ?? ''}`;
    function run(command: readonly string[]): string {
      return execFileSync(join(bin, 'keyturn'), command, {
        cwd: folder,
        env: { ...env, PATH: path },
        encoding: 'utf8',
      });
    }
    await buildConnectors(folder, run);
    for (const command of commands) {
      const output = run(command);
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
if (pack !== undefined) await runInstalled(resolve(packFolder, pack.filename), [['--help'], ['--version'], ...demo]);
rmSync(packFolder, { recursive: true, force: true });
exit(problems.length === 0 ? 0 : 1);
