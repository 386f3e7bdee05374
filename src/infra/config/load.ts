import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KeyturnError } from '../../core/errors.ts';
import { buildConfig } from './build-config.ts';
import { checkKinds } from './check-kinds.ts';
import type { Config, ConfigKinds } from './config.ts';
import { crossCheck } from './cross-checks.ts';
import { isSection } from './option-values.ts';
import { type ConfigProblem, formatProblem, inFileOrder } from './problem.ts';
import { configSchema, OPTIONAL_SECTIONS } from './schema.ts';
import { checkAgainst } from './schema-problems.ts';
import { MAX_FILE_BYTES, readTextFile } from './text-file.ts';
import { parseYaml, type YamlTree } from './yaml-tree.ts';

const DEFAULT_NAMES = ['keyturn.yaml', 'keyturn.yml'];

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly path: string; readonly problems: readonly ConfigProblem[] };

/**
 * The file to read: `flag` (--config), else KEYTURN_CONFIG, else keyturn.yaml or keyturn.yml in `directory`.
 * Throws CONFIG_INVALID if nothing was named and neither is there.
 */
export async function findConfig(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Promise<string> {
  const named = flag ?? env['KEYTURN_CONFIG'];
  if (named) return resolve(directory, named);
  for (const name of DEFAULT_NAMES) {
    const path = join(directory, name);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new KeyturnError('CONFIG_INVALID', 'There is no keyturn.yaml in this directory.', {
    fix: 'Run "keyturn init" to make one, or name a file with --config or KEYTURN_CONFIG.',
  });
}

/** Reads and checks a configuration file. Everything that is wrong comes back at once, in the order of the file. */
export async function readConfig(path: string, kinds: ConfigKinds): Promise<ConfigResult> {
  const file = { path: resolve(path), directory: dirname(resolve(path)) };

  function failed(problems: readonly ConfigProblem[]): ConfigResult {
    return { ok: false, path: file.path, problems: inFileOrder(problems) };
  }

  const text = await readTextFile(file.path, MAX_FILE_BYTES);
  if (!text.ok) return failed([{ path: '', what: text.what, fix: text.fix }]);
  const tree = parseConfigText(text.text);
  if (!tree.isValid) return failed(tree.problems);
  if (tree.value === null) return failed([EMPTY]);
  const parsed = checkAgainst(configSchema, tree.value, { tree, prefix: [] });
  const { options, problems } = await checkKinds(tree, kinds, file.directory);
  const all = [...tree.problems, ...parsed.problems, ...problems, ...crossCheck(tree, options)];
  if (parsed.output === undefined || all.length > 0) return failed(all);
  return { ok: true, config: buildConfig(file, parsed.output, options) };
}

/** A section whose options are all commented out is there and empty; it means the same as no section. */
function parseConfigText(text: string): YamlTree {
  const tree = parseYaml(text);
  if (!isSection(tree.value)) return tree;
  const entries = Object.entries(tree.value).filter(
    ([key, value]) => value !== null || !OPTIONAL_SECTIONS.includes(key),
  );
  return { ...tree, value: Object.fromEntries(entries) };
}

const EMPTY: ConfigProblem = {
  path: '',
  line: 1,
  column: 1,
  what: 'the file is empty',
  fix: 'Run "keyturn init" in another directory to get a commented one.',
};

/** Like `readConfig`, for callers that cannot go on: throws CONFIG_INVALID with one line for each problem. */
export async function loadConfig(path: string, kinds: ConfigKinds): Promise<Config> {
  const result = await readConfig(path, kinds);
  if (result.ok) return result.config;
  const name = basename(result.path);
  const count = result.problems.length;
  const lines = result.problems.map((problem) => formatProblem(name, problem));
  throw new KeyturnError('CONFIG_INVALID', [summarize(name, count), ...lines].join('\n'), {
    fix: 'Correct these lines, then run the same command again.',
    context: { problems: count },
  });
}

/** `keyturn.yaml has 3 errors`. */
export function summarize(name: string, count: number): string {
  return `${name} has ${count} ${count === 1 ? 'error' : 'errors'}`;
}
