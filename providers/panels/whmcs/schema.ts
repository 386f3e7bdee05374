import { z } from 'zod';

/** What every answer of WHMCS's API has. A registrar's own error text may stand in `error` beside a general `message`. */
export const answerSchema = z.discriminatedUnion('result', [
  z.looseObject({ result: z.literal('success') }),
  z.object({ result: z.literal('error'), message: z.string().default(''), error: z.string().default('') }),
]);

export type WhmcsAnswer = z.infer<typeof answerSchema>;
export type WhmcsSuccess = Extract<WhmcsAnswer, { result: 'success' }>;

export const detailsSchema = z.object({ whmcs: z.object({ version: z.string().regex(/^[\w.+-]{1,40}$/) }) });

/** The static description that the module carries; from 3.0 on its `schema` is the module's version in every release checked. */
export const moduleFileSchema = z.object({
  schema: z.string().regex(/^\d+\.\d+\.\d+$/),
  type: z.literal('whmcs-registrars'),
  name: z.literal('domainnameapi'),
});

/** One scalar of a nested answer and the way to it. */
interface Leaf {
  readonly path: readonly string[];
  readonly value: string;
}

const MAX_DEPTH = 8;

/**
 * Every scalar with its path. WHMCS's documentation shows arrays flattened into keys such as `parameters[0][name]`, real
 * installations nest them; both give the same paths. Deeper than eight levels is ignored.
 */
function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (typeof value === 'string' || typeof value === 'number') return [{ path, value: String(value) }];
  if (typeof value !== 'object' || value === null || path.length >= MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, ...splitKey(key)]));
}

function splitKey(key: string): string[] {
  return key.split(/[[\]]+/).filter((part) => part !== '');
}

/** The names of the settings that the module declares. They are shown to people, so only what looks like one counts. */
export function parameterNames(answer: WhmcsSuccess): string[] {
  return leavesOf(answer)
    .filter(({ path, value }) => path[0] === 'parameters' && path.at(-1) === 'name' && /^\w{1,40}$/.test(value))
    .map(({ value }) => value);
}

/** True if the module is among the active registrars. The list's inner shape is undocumented, so any place in it counts. */
export function listsRegistrar(answer: WhmcsSuccess, module: string): boolean {
  return leavesOf(answer)
    .filter(({ path }) => path[0] === 'registrars')
    .some(({ path, value }) => value.toLowerCase() === module || path.slice(1).includes(module));
}

/** The registrar module of one domain; undefined if the answer does not have that domain. */
export function registrarOfDomain(answer: WhmcsSuccess, domainId: number): string | undefined {
  const leaves = leavesOf(answer).filter(({ path }) => path[0] === 'domains');
  const id = leaves.find(({ path, value }) => path.at(-1) === 'id' && value === String(domainId));
  if (id === undefined) return undefined;
  const parent = id.path.slice(0, -1).join('/');
  return leaves.find(({ path }) => path.at(-1) === 'registrar' && path.slice(0, -1).join('/') === parent)?.value;
}

/** The name servers of a DomainGetNameservers answer. */
export function nameServers(answer: WhmcsSuccess): string[] {
  return leavesOf(answer)
    .filter(({ path, value }) => path.length === 1 && /^ns\d$/.test(path[0] ?? '') && value.trim() !== '')
    .map(({ value }) => value);
}
