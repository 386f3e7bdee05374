import { z } from 'zod';
import { membersOf } from '../../../src/core/json-members.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import type { VaultClient } from './client.ts';
import { notVersioned, toVaultError, vaultErrors } from './errors.ts';
import type { VaultAnswer } from './wire.ts';

/** One version of a KV secret. */
export interface KvVersion {
  readonly number: number;
  /** ISO 8601. With the number it tells a version from one of a secret that was deleted and made anew. */
  readonly createdAt: string;
  /** The text of the fields, as Vault sent it. Undefined: deleted or destroyed. */
  readonly data: SecretValue | undefined;
}

export type WriteResult = 'written' | 'conflict';

/** The KV engine, version 2, by its three calls that are needed. */
export interface Kv {
  /** The newest version, or one by number. Undefined is Vault's documented "no such secret" or "no such version". */
  read(path: string, version: number | undefined, signal: AbortSignal): Promise<KvVersion | undefined>;
  /** Writes the next version, `data` being the JSON text of an object, if `after` is still the number of the newest (0: there is none). */
  write(path: string, data: SecretValue, after: number, signal: AbortSignal): Promise<WriteResult>;
  writeMetadata(path: string, metadata: object, signal: AbortSignal): Promise<void>;
  /** Of the newest version, from the metadata alone: number and time. Undefined: there is no such secret, or none of its versions. */
  newest(path: string, signal: AbortSignal): Promise<Omit<KvVersion, 'data'> | undefined>;
}

const metadata = z.object({ version: z.int().positive(), created_time: z.string() });
const versionAnswer = z.object({ data: z.object({ data: z.looseObject({}).nullable(), metadata }) });
const metadataAnswer = z.object({
  data: z.object({
    current_version: z.int().nonnegative(),
    versions: z.record(z.string(), z.object({ created_time: z.string() })),
  }),
});
const writeAnswer = z.object({ data: metadata });
const CAS_FAILED = /check-and-set parameter did not match/u;

export function createKv(client: VaultClient, clock: Clock): Kv {
  return {
    async read(path, version, signal) {
      const query = version === undefined ? '' : `?version=${version}`;
      const answer = await client.call({ method: 'GET', path: path + query }, signal);
      if (isAbsent(answer)) return undefined;
      // A deleted version comes with 404, but with its metadata.
      if (answer.status !== 200 && !(answer.status === 404 && vaultErrors(answer) === undefined)) {
        throw toVaultError(answer, clock.now());
      }
      return readVersion(answer, clock.now());
    },
    async write(path, fields, after, signal) {
      const body = `{"options":{"cas":${after}},"data":${fields.reveal()}}`;
      const answer = await client.call({ method: 'POST', path, body }, signal);
      if (isConflict(answer)) return 'conflict';
      if (answer.status !== 200 && answer.status !== 204) throw toVaultError(answer, clock.now());
      if (!writeAnswer.safeParse(answer.json).success) throw misread(answer, clock.now());
      return 'written';
    },
    async writeMetadata(path, fields, signal) {
      const answer = await client.call({ method: 'POST', path, body: JSON.stringify(fields) }, signal);
      if (answer.status !== 200 && answer.status !== 204) throw toVaultError(answer, clock.now());
    },
    async newest(path, signal) {
      const answer = await client.call({ method: 'GET', path }, signal);
      if (isAbsent(answer)) return undefined;
      const parsed = metadataAnswer.safeParse(answer.json).data?.data;
      if (answer.status !== 200 || parsed === undefined) throw toVaultError(answer, clock.now());
      const { current_version: number, versions } = parsed;
      const createdAt = versions[String(number)]?.created_time;
      return createdAt === undefined ? undefined : { number, createdAt };
    },
  };
}

function isAbsent(answer: VaultAnswer): boolean {
  return answer.status === 404 && vaultErrors(answer)?.length === 0;
}

function isConflict(answer: VaultAnswer): boolean {
  return answer.status === 400 && (vaultErrors(answer)?.some((text) => CAS_FAILED.test(text)) ?? false);
}

function readVersion(answer: VaultAnswer, nowMs: number): KvVersion {
  const parsed = versionAnswer.safeParse(answer.json).data?.data;
  if (parsed === undefined) throw answer.status === 200 ? misread(answer, nowMs) : toVaultError(answer, nowMs);
  const { version, created_time: createdAt } = parsed.metadata;
  const isThere = answer.status === 200 && parsed.data !== null;
  return {
    number: version,
    createdAt,
    data: isThere ? new SecretValue(textAt(answer.text, 'data', 'data')) : undefined,
  };
}

/** The text of a member inside members, without parsing it: a number that JavaScript cannot hold stays what it is. */
function textAt(text: string, ...names: readonly string[]): string {
  return names.reduce((outer, name) => {
    const member = membersOf(outer).findLast((each) => each.name === name);
    return member === undefined ? '' : outer.slice(member.start, member.end);
  }, text);
}

/** KV version 1 answers with JSON too, but knows no versions. */
function misread(answer: VaultAnswer, nowMs: number): Error {
  const isVaults = answer.status === 204 || z.object({ request_id: z.string() }).safeParse(answer.json).success;
  return isVaults ? notVersioned() : toVaultError(answer, nowMs);
}
