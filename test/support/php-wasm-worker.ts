import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

/*
 * Runs one PHP script in one version of PHP and writes what it printed, errors included, to stdout. A process of its own, because
 * such a PHP leaves its memory behind. The question comes as JSON over stdin.
 */
interface Php {
  mkdir(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  run(options: { code: string }): Promise<{ text: string; errors: string; exitCode: number }>;
}

const question = z.object({
  /** Where .ci/setup-php-versions.sh put the packages. */
  packages: z.string(),
  version: z.string(),
  /** Path in PHP's file system to the file's bytes in base64. */
  files: z.record(z.string(), z.string()),
  code: z.string(),
});
function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
const nodeModule = z.object({
  loadNodeRuntime: z.custom<(version: string, options: unknown) => Promise<number>>(isFunction),
});
const universalModule = z.object({ PHP: z.custom<new (runtime: number) => Php>(isFunction) });

const { packages, version, files, code } = question.parse(JSON.parse(await text(stdin)));
const { loadNodeRuntime } = nodeModule.parse(await load('node'));
const { PHP } = universalModule.parse(await load('universal'));
const php = new PHP(await loadNodeRuntime(version, { emscriptenOptions: { processId: 1 } }));
const folders = Object.keys(files).flatMap((path) => parents(path));
for (const folder of new Set(folders)) php.mkdir(folder);
for (const [path, bytes] of Object.entries(files)) php.writeFile(path, Buffer.from(bytes, 'base64'));
const strict = '<?php error_reporting(-1); ini_set("display_errors", "1"); ini_set("html_errors", "0");';
const result = await php.run({ code: `${strict} ${code}` });
// Its file system keeps Node's event loop alive.
stdout.write(result.text + result.errors, () => process.exit(result.exitCode));

async function load(name: string): Promise<unknown> {
  const loaded: unknown = await import(pathToFileURL(`${packages}/@php-wasm/${name}/index.js`).href);
  return loaded;
}

/** `/a`, `/a/b` of `/a/b/c`. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
