import { KeyturnError } from '../core/errors.ts';
import type { Lease, RotationRecord } from '../core/ledger.ts';
import type { AccountTarget } from '../core/model.ts';
import { chunkSizeFor, planChunks } from '../core/rotation/plan.ts';
import { nextStep } from '../core/rotation/state.ts';
import type { Verdict } from '../core/verdict.ts';
import type { AppDeps } from './deps.ts';
import { lookUpBalance } from './look-up-balance.ts';
import { nameOf, readCredential } from './read-credential.ts';
import type { RotationContext } from './rotation-context.ts';

/**
 * Carries a rotation from its staged key to the queued fan-out: verify from the worker, promote in the store, plan the chunks.
 * Reads the state, does the one step it asks for, records it, and goes on; may be called in any state, any number of times.
 * Throws while the vendor gives no usable answer (nothing is touched then); a refused key ends the rotation as `discarded`.
 */
export async function advanceRotation(
  deps: AppDeps,
  context: RotationContext,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { rotationId } = context.rotation;
  const lease = await deps.leases.acquire([`rotation:${rotationId}`], signal);
  try {
    const all = AbortSignal.any([signal, lease.signal]);
    let rotation = (await deps.ledger.rotation(rotationId)) ?? context.rotation;
    for (let before; before !== rotation.state; ) {
      before = rotation.state;
      rotation = await takeStep(deps, { ...context, rotation }, lease, all);
    }
    return rotation;
  } finally {
    await lease.release();
  }
}

async function takeStep(
  deps: AppDeps,
  context: RotationContext,
  lease: Lease,
  signal: AbortSignal,
): Promise<RotationRecord> {
  switch (nextStep(context.rotation.state)) {
    case 'verify':
      return verify(deps, context, lease, signal);
    case 'promote':
      return promote(deps, context, lease, signal);
    case 'fan-out':
      return planFanOut(deps, context, lease);
    case 'finalize':
      if (context.rotation.state === 'applying') await queueFanOut(deps, context.rotation);
      return context.rotation;
    case 'none':
      return context.rotation;
  }
}

async function verify(
  deps: AppDeps,
  context: RotationContext,
  lease: Lease,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { account, credential, rotation } = context;
  const verdict = await lookUpBalance(deps, credential, account.environment, signal);
  switch (verdict.verdict) {
    case 'valid': {
      const story = `The vendor accepts the key from the worker: ${verdict.detail}`;
      return deps.ledger.advance(rotation.rotationId, 'key-verified', { story }, lease);
    }
    case 'inconclusive':
      throw new KeyturnError(
        verdict.reason === 'rate-limited' ? 'RATE_LIMITED' : 'UPSTREAM_UNAVAILABLE',
        verdict.detail,
        {
          fix: 'Keyturn asks the vendor again by itself.',
          untouched: 'The key waits in the store as pending; no panel was touched.',
          ...(verdict.retryAfterMs !== undefined && { retryAfterMs: verdict.retryAfterMs }),
        },
      );
    case 'rejected':
      return discard(deps, context, await reasonOf(deps, context, verdict, signal), lease, signal);
  }
}

/** A key that is refused here may be the other environment's (guide cause 5): one more question names it. */
async function reasonOf(
  deps: AppDeps,
  { account, credential }: RotationContext,
  verdict: Extract<Verdict, { verdict: 'rejected' }>,
  signal: AbortSignal,
): Promise<string> {
  if (verdict.reason !== 'bad-credential') return verdict.detail;
  const other = account.environment === 'live' ? 'test' : 'live';
  const there = await lookUpBalance(deps, credential, other, signal);
  return there.verdict === 'valid'
    ? `This is the ${other} key; ${nameOf(account)} needs the ${account.environment} one.`
    : verdict.detail;
}

async function discard(
  deps: AppDeps,
  { account, rotation }: RotationContext,
  reason: string,
  lease: Lease,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const store = await deps.store(account.secret.store);
  await lease.confirm();
  if (rotation.reason !== 'from-store') await store.discard(account.secret.name, rotation.versionId, signal);
  const story = `The vendor refused the key: ${reason} No panel was touched.`;
  const patch = { finishedAt: new Date(deps.clock.now()).toISOString() };
  const after = await deps.ledger.advance(rotation.rotationId, 'key-rejected', { story, patch }, lease);
  await notifyEnded(
    deps,
    account,
    after,
    [`The vendor refused the new key: ${reason}`, 'No panel was touched.'],
    signal,
  );
  return after;
}

async function promote(
  deps: AppDeps,
  context: RotationContext,
  lease: Lease,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const { account, rotation } = context;
  const store = await deps.store(account.secret.store);
  await lease.confirm();
  try {
    await store.promote(
      account.secret.name,
      rotation.versionId,
      { expectedCurrent: rotation.previousVersionId },
      signal,
    );
  } catch (thrown) {
    if (!(thrown instanceof KeyturnError) || thrown.code !== 'STORE_CONFLICT') throw thrown;
    return stopForConflict(deps, account, rotation, lease, signal);
  }
  const story = `Version ${rotation.versionId} is now current in ${account.secret.store}.`;
  return deps.ledger.advance(rotation.rotationId, 'key-promoted', { story }, lease);
}

async function stopForConflict(
  deps: AppDeps,
  account: AccountTarget,
  rotation: RotationRecord,
  lease: Lease,
  signal: AbortSignal,
): Promise<RotationRecord> {
  const current = await readCredential(deps, account, 'current', signal);
  if (current?.versionId === rotation.versionId) {
    return deps.ledger.advance(
      rotation.rotationId,
      'key-promoted',
      { story: 'The version was current already.' },
      lease,
    );
  }
  const lines = [
    'Somebody else changed the secret in the store while this rotation was running. The new key works and stays there as pending.',
    `No panel was touched. To roll out what the store holds now: keyturn rotate ${account.accountId} --from-store`,
  ];
  const patch = { finishedAt: new Date(deps.clock.now()).toISOString() };
  const after = await deps.ledger.advance(
    rotation.rotationId,
    'store-changed',
    { story: lines.join(' '), patch },
    lease,
  );
  await notifyEnded(deps, account, after, lines, signal);
  return after;
}

async function planFanOut(deps: AppDeps, { rotation }: RotationContext, lease: Lease): Promise<RotationRecord> {
  const bindings = deps.estate
    .bindings()
    .filter((binding) => binding.accountId === rotation.accountId && binding.environment === rotation.environment)
    .map((binding) => binding.bindingId);
  const chunks = planChunks(bindings, chunkSizeFor(bindings.length, deps.settings.chunkSize));
  await deps.ledger.saveChunks(rotation.rotationId, chunks);
  const story = `Fan-out to ${bindings.length} bindings in ${chunks.length} chunks.`;
  return deps.ledger.advance(
    rotation.rotationId,
    'fan-out-started',
    { story, patch: { bindings: bindings.length } },
    lease,
  );
}

async function queueFanOut(deps: AppDeps, rotation: RotationRecord): Promise<void> {
  await deps.queue.fanOut(rotation.rotationId, await deps.ledger.chunkCount(rotation.rotationId));
}

async function notifyEnded(
  deps: AppDeps,
  account: AccountTarget,
  rotation: RotationRecord,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await deps.notifier.notify(
    {
      severity: 'critical',
      title: `Rotation of ${nameOf(account)}: ${rotation.state}`,
      lines,
      dedupKey: `rotation/${rotation.rotationId}`,
      bindings: [],
    },
    signal,
  );
}
