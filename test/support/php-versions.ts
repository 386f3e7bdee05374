import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const PACKAGES = join(import.meta.dirname, '../../.venv/php-versions/node_modules');
const WORKER = join(import.meta.dirname, 'php-wasm-worker.ts');
const LARGEST = 16 * 1024 * 1024;

/** The versions that the connector must run in: the oldest, each that broke something, and the newest that it promises. */
export const PHP_VERSIONS = ['7.4', '8.0', '8.1', '8.3', '8.4'] as const;

/** Runs a script (without `<?php`) in a version of PHP, with these files; gives all that it printed, PHP's complaints included. */
export async function runInPhp(
  version: string,
  files: Readonly<Record<string, Uint8Array>>,
  code: string,
): Promise<string> {
  if (!existsSync(join(PACKAGES, '@php-wasm/node'))) {
    throw new Error('The PHP versions are not installed. Install them (470 MB) with: sh .ci/setup-php-versions.sh');
  }
  const encoded = Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
  );
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [WORKER], { maxBuffer: LARGEST }, (error, stdout, stderr) => {
      if (error) reject(new Error(`PHP ${version} ended: ${(stdout + stderr).slice(-2_000)}`));
      else resolve(stdout);
    });
    child.stdin?.end(JSON.stringify({ packages: PACKAGES, version, files: encoded, code }));
  });
}
