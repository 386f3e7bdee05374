import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import { z } from 'zod';

/** The folders whose imports the layer rules hold. */
const LAYERED = ['src', 'providers', 'jobs', 'test', 'bench'];
const MAX_OUTPUT = 256 * 1024 * 1024;

const cruiseResult = z.object({
  modules: z.array(z.object({ source: z.string(), dependencies: z.array(z.unknown()) })),
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

export interface LayerReport {
  /** Our own modules that were read, relative to the root. */
  readonly modules: readonly string[];
  /** TypeScript files on disk that were not read. Must be empty: the rules say nothing about what they did not see. */
  readonly unseen: readonly string[];
  readonly dependencies: number;
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
}

/**
 * Runs dependency-cruiser with the house's rules over a tree that is laid out like this one and tells what it saw.
 * Rejects if dependency-cruiser itself fails; a violation is a value.
 */
export async function checkLayers(root: string): Promise<LayerReport> {
  const present = LAYERED.filter((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }).length > 0);
  const tool = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [tool, '--config', resolve('.dependency-cruiser.js'), '--output-type', 'json', ...present];
  const { stdout } = await promisify(execFile)(execPath, args, { cwd: root, maxBuffer: MAX_OUTPUT });
  const { modules, summary } = cruiseResult.parse(JSON.parse(stdout));
  const seen = new Set(modules.map((module) => module.source));
  const onDisk = present.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  const ours = modules.filter((module) => onDisk.includes(module.source));
  return {
    modules: ours.map((module) => module.source),
    unseen: onDisk.filter((file) => !seen.has(file)),
    dependencies: ours.reduce((sum, module) => sum + module.dependencies.length, 0),
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}
