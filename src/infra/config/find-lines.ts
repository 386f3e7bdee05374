import type { ConfigPath } from './problem.ts';
import { MAX_FILE_BYTES, readTextFile } from './text-file.ts';
import { parseYaml } from './yaml-tree.ts';

/** The line that each of these values stands on in a configuration file, from 1; undefined for all if the file cannot be read any more. */
export async function findLines(file: string, paths: readonly ConfigPath[]): Promise<readonly (number | undefined)[]> {
  const read = await readTextFile(file, MAX_FILE_BYTES);
  if (!read.ok) return paths.map(() => undefined);
  const tree = parseYaml(read.text);
  return paths.map((path) => tree.positionOf(path, 'value').line);
}
