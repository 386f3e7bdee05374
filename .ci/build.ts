/**
 * Builds what the package ships into dist/: JavaScript from src, providers, jobs and the simulators that `keyturn demo` starts,
 * the files beside them that are not code, and a package.json, so that a path relative to a module means the same in both trees.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execPath, stdout } from 'node:process';

/** What `keyturn connector build` packs: PHP and whatever belongs to it, all of it. */
const CONNECTOR = 'providers/panels/connector';
const SHIPPED = ['src', 'providers', 'jobs', 'test/simulators'];

function copyAssets(): number {
  const assets = globSync(SHIPPED.map((folder) => `${folder}/**/*.{lua,json,html,css,svg,pem}`));
  for (const asset of assets) cpSync(asset, `dist/${asset}`);
  cpSync(CONNECTOR, `dist/${CONNECTOR}`, { recursive: true });
  return assets.length + globSync(`${CONNECTOR}/**/*.*`).length;
}

function writeManifest(): void {
  const { name, version, type } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>;
  writeFileSync('dist/package.json', `${JSON.stringify({ name, version, type }, undefined, 2)}\n`);
}

rmSync('dist', { recursive: true, force: true });
execFileSync(execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
const assets = copyAssets();
writeManifest();
stdout.write(`build: ${String(globSync('dist/**/*.js').length)} modules, ${String(assets)} other files\n`);
