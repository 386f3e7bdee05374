import { expect, test } from 'vitest';
import { reportRotation } from '../../../src/app/rotation-report.ts';
import type { RotationRecord } from '../../../src/core/ledger.ts';
import type { RotationId, VersionId } from '../../../src/core/model.ts';

const ROTATION: RotationRecord = {
  rotationId: 'r1' as RotationId,
  versionId: 'v2' as VersionId,
  accountId: 'main' as RotationRecord['accountId'],
  environment: 'live',
  reason: 'requested',
  actor: 'cli:alice',
  state: 'verified',
  bindings: 0,
  openedAt: '2026-11-23T00:00:00.000Z',
};
const HELD = 'Held up: AWS denied the call. Add the policy.';

function reasonOf(state: RotationRecord['state'], ...story: string[]): string | null {
  const progress = { rotation: { ...ROTATION, state }, bindings: [], outcomes: new Map(), proven: 0 };
  const lines = story.map((what) => ({ at: '2026-11-23T00:00:00.000Z', what }));
  return reportRotation(progress, lines).reason;
}

test('a rotation that stands still says what holds it up, until it goes on', () => {
  expect(reasonOf('verified', 'Asked for.', HELD)).toBe(HELD);
  expect(reasonOf('promoted', 'Asked for.', HELD, 'The key is current.')).toBeNull();
  expect(reasonOf('proven', 'Asked for.', HELD)).toBeNull();
});

test('one that ended early says why; others have nothing to say', () => {
  expect(reasonOf('discarded', 'The vendor refused the key.')).toBe('The vendor refused the key.');
  expect(reasonOf('discarded')).toBeNull();
  expect(reasonOf('verified', 'Asked for.')).toBeNull();
});
