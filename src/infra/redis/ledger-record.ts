import { z } from 'zod';
import { type ErrorCode, KeyturnError } from '../../core/errors.ts';
import type { RotationRecord, StoryLine } from '../../core/ledger.ts';
import { type AccountId, ENVIRONMENTS, type RotationId, type VersionId } from '../../core/model.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { BindingOutcome } from '../../core/rotation/outcome.ts';
import { ROTATION_STATES } from '../../core/rotation/state.ts';

const record = z.object({
  rotationId: z.string().transform((text) => text as RotationId),
  accountId: z.string().transform((text) => text as AccountId),
  environment: z.enum(ENVIRONMENTS),
  reason: z.enum(['scheduled', 'exposure', 'requested', 'from-store']),
  actor: z.string(),
  state: z.enum(ROTATION_STATES),
  versionId: z.string().transform((text) => text as VersionId),
  previousVersionId: z.optional(z.string().transform((text) => text as VersionId)),
  bindings: z.coerce.number(),
  openedAt: z.string(),
  finishedAt: z.optional(z.string()),
  previousKey: z.optional(z.enum(['none', 'dead', 'alive', 'unknown'])),
});

const at = z.string();
const detail = z.string();
const outcome = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['writing', 'written']), at }),
  z.object({ outcome: z.literal('applied'), detail, at }),
  z.object({ outcome: z.literal('proven'), method: z.enum(['balance', 'behaviour', 'operator']), detail, at }),
  z.object({ outcome: z.literal('by-hand'), detail, at }),
  z.object({ outcome: z.literal('restored'), detail, at }),
  z.object({
    outcome: z.literal('failed'),
    code: z.string().transform((text) => text as ErrorCode),
    detail,
    fix: z.string().optional(),
    retrying: z.boolean(),
    wrote: z.enum(['no', 'maybe', 'yes']),
    at,
  }),
]);

const storyLine = z.object({ at, what: z.string() });

function damaged(what: string): KeyturnError {
  return new KeyturnError('INVARIANT_BROKEN', `The ledger holds ${what} that cannot be read.`, {
    fix: 'It was written by another version of Keyturn, or by something else. Run one version on one Redis prefix.',
  });
}

/** Fields of the rotation hash, absent ones left out. */
export function encodeFields(fields: object): string[] {
  return Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
}

export function decodeRecord(fields: Readonly<Record<string, string>>): RotationRecord | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const parsed = record.safeParse(fields);
  if (!parsed.success) throw damaged('a rotation');
  return withoutUndefined(parsed.data);
}

export function decodeOutcome(text: string): BindingOutcome {
  const parsed = outcome.safeParse(parseJson(text));
  if (!parsed.success) throw damaged('an outcome');
  return withoutUndefined(parsed.data);
}

export function decodeStoryLine(text: string): StoryLine {
  const parsed = storyLine.safeParse(parseJson(text));
  if (!parsed.success) throw damaged('a story line');
  return parsed.data;
}

export function decodeChunk(text: string): readonly string[] {
  const parsed = z.array(z.string()).safeParse(parseJson(text));
  if (!parsed.success) throw damaged('a chunk');
  return parsed.data;
}

type Defined<Value> = { [Key in keyof Value]: Exclude<Value[Key], undefined> };

/** zod says `| undefined` for an absent field; our types say absent. */
function withoutUndefined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<Value>;
}
