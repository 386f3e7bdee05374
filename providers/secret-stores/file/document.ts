import { z } from 'zod';
import { STAGES, type Stage, type VersionId } from '../../../src/core/model.ts';
import { parseJson } from '../../../src/core/parse-json.ts';
import type { SecretVersion } from '../../../src/core/ports.ts';
import { SecretValue } from '../../../src/core/secret-value.ts';
import { currentMoved, noSuchVersion, tokenReused } from '../../shared/store-conflicts.ts';
import { damaged } from './encryption.ts';

const versionId = z
  .string()
  .min(1)
  .transform((text) => text as VersionId);

const documentSchema = z.strictObject({
  format: z.literal('keyturn-secret'),
  formatVersion: z.literal(1),
  /** The secret's name, so that a file put under another name is noticed. */
  name: z.string(),
  /** Oldest first. The idempotency token of `stage` is the version's id. */
  versions: z.array(z.strictObject({ versionId, createdAt: z.iso.datetime(), value: z.string() })),
  stages: z.strictObject({
    current: versionId.optional(),
    pending: versionId.optional(),
    previous: versionId.optional(),
  }),
});

/** What one encrypted file holds. */
export type SecretDocument = Readonly<z.infer<typeof documentSchema>>;
type Stages = SecretDocument['stages'];

export function emptyDocument(name: string): SecretDocument {
  return { format: 'keyturn-secret', formatVersion: 1, name, versions: [], stages: {} };
}

/** Reads a decrypted document. Throws SECRET_MALFORMED, without a word of its content. */
export function parseDocument(text: string, name: string): SecretDocument {
  const parsed = documentSchema.safeParse(parseJson(text));
  if (!parsed.success) throw damaged('what is in it was not written by this version of Keyturn');
  if (parsed.data.name !== name) throw damaged('it holds another secret than its name says');
  return parsed.data;
}

export function stagesOf(document: SecretDocument, id: VersionId): readonly Stage[] {
  return STAGES.filter((stage) => document.stages[stage] === id);
}

export function findVersion(document: SecretDocument, id: VersionId | undefined): SecretVersion | undefined {
  const found = document.versions.find((version) => version.versionId === id);
  return (
    found && {
      versionId: found.versionId,
      stages: stagesOf(document, found.versionId),
      value: new SecretValue(found.value),
      createdAt: found.createdAt,
    }
  );
}

/** Adds a version, or finds the one that this token made, and makes it pending unless it has been more than that already. */
export function withPending(
  document: SecretDocument,
  id: VersionId,
  value: SecretValue,
  createdAt: string,
): SecretDocument {
  const known = findVersion(document, id);
  if (known === undefined) {
    const versions = [...document.versions, { versionId: id, createdAt, value: value.reveal() }];
    return { ...document, versions, stages: { ...document.stages, pending: id } };
  }
  if (known.value.reveal() !== value.reveal()) throw tokenReused();
  return known.stages.length > 0 ? document : { ...document, stages: { ...document.stages, pending: id } };
}

/** Moves `current`, if it is where the caller believes. A version that is current already stays so, whatever was expected. */
export function withCurrent(document: SecretDocument, id: VersionId, expected: VersionId | undefined): SecretDocument {
  const { current } = document.stages;
  if (current === id) return withoutPending(document, id);
  if (current !== expected) throw currentMoved();
  if (findVersion(document, id) === undefined) throw noSuchVersion();
  const { previous: _, ...rest } = document.stages;
  const moved: Stages = { ...rest, ...(current !== undefined && { previous: current }), current: id };
  return withoutPending({ ...document, stages: moved }, id);
}

export function withoutPending(document: SecretDocument, id: VersionId): SecretDocument {
  if (document.stages.pending !== id) return document;
  const { pending: _, ...stages } = document.stages;
  return { ...document, stages };
}

/** Drops the oldest versions that play no part any more, down to `keep` in all. */
export function trimmed(document: SecretDocument, keep: number): SecretDocument {
  let surplus = document.versions.length - keep;
  const versions = document.versions.filter((version) => {
    if (surplus <= 0 || stagesOf(document, version.versionId).length > 0) return true;
    surplus -= 1;
    return false;
  });
  return { ...document, versions };
}
