import type { VersionId } from '../../../src/core/model.ts';
import type { Fingerprinter } from '../../../src/core/ports.ts';
import type { SecretValue } from '../../../src/core/secret-value.ts';

/**
 * What Keyturn writes into the tags of a version it makes. Azure numbers versions by itself, so the id that the rest of Keyturn
 * knows a version by stands in a tag. The proof, keyed by this installation's fingerprint key, ties that id to the secret and its
 * value: a version that somebody else made with copied tags is not taken for ours.
 */
export interface Mark {
  readonly id: VersionId;
  /** Azure's own id of the version that was current before this one. */
  readonly previous?: string;
  /** Of a staged version; `promoted` and `discarded` ones are kept, but no longer pending. */
  readonly state?: StagedState;
}

export type StagedState = 'pending' | 'promoted' | 'discarded';
export type Tags = Readonly<Record<string, string>>;

const PREFIX = 'keyturn-';
const ID = `${PREFIX}version`;
const PREVIOUS = `${PREFIX}previous`;
const STATE = `${PREFIX}state`;
const PROOF = `${PREFIX}proof`;

/** Azure's limit of tags on one version, and how many of them Keyturn needs. */
const MOST_TAGS = 15;
const OUR_TAGS = 4;

export interface Marked {
  readonly name: string;
  readonly value: SecretValue;
}

export function toTags(mark: Mark, marked: Marked, fingerprint: Fingerprinter): Tags {
  return {
    [ID]: mark.id,
    [PROOF]: proofOf(mark.id, marked, fingerprint),
    ...(mark.previous !== undefined && { [PREVIOUS]: mark.previous }),
    ...(mark.state !== undefined && { [STATE]: mark.state }),
  };
}

/** The mark of a version that we made; undefined for anybody else's. */
export function readMark(tags: Tags, marked: Marked, fingerprint: Fingerprinter): Mark | undefined {
  const { [ID]: id, [PREVIOUS]: previous, [STATE]: state, [PROOF]: proof } = tags;
  if (id === undefined || proof !== proofOf(id, marked, fingerprint)) return undefined;
  return {
    id: id as VersionId,
    ...(previous !== undefined && { previous }),
    ...(isStagedState(state) && { state }),
  };
}

/** The id that the tags of a version claim, without its value not to be relied on. */
export function claimedId(tags: Tags): string | undefined {
  return tags[ID];
}

export function claimedPrevious(tags: Tags): string | undefined {
  return tags[PREVIOUS];
}

/** The tags that people gave a secret; Keyturn carries them along to the versions it makes. */
export function tagsOfOthers(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith(PREFIX)));
}

export function hasRoomForTags(tags: Tags): boolean {
  return Object.keys(tagsOfOthers(tags)).length + OUR_TAGS <= MOST_TAGS;
}

function proofOf(id: string, { name, value }: Marked, fingerprint: Fingerprinter): string {
  return fingerprint([name, id, value.reveal()].join('\n'));
}

function isStagedState(state: string | undefined): state is StagedState {
  return state === 'pending' || state === 'promoted' || state === 'discarded';
}
