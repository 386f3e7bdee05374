import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ConfigResult, readConfig } from '../../src/infra/config/load.ts';
import { formatProblem } from '../../src/infra/config/problem.ts';
import { fakeKinds } from './config-kinds.ts';

/** An empty directory that goes away with the test. */
export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'keyturn-config-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

export async function readText(content: string | Uint8Array): Promise<ConfigResult> {
  const path = join(await emptyDirectory(), 'keyturn.yaml');
  await writeFile(path, content);
  return await readConfig(path, fakeKinds);
}

/** `line:column path: what. Fix.` of every problem. */
export async function problemLines(content: string | Uint8Array): Promise<readonly string[]> {
  const result = await readText(content);
  return result.ok ? [] : result.problems.map((problem) => formatProblem('f', problem).replace(/^f:?\s*/, ''));
}
