import { STAGES, type Stage, type VersionId } from '../../../src/core/model.ts';

export const LABELS = {
  current: 'AWSCURRENT',
  pending: 'AWSPENDING',
  previous: 'AWSPREVIOUS',
} as const satisfies Record<Stage, string>;

/** Which version carries which staging label; a label sits on one version at most. */
export type Labels = Readonly<Partial<Record<Stage, VersionId>>>;

/** Reads DescribeSecret's map of version to labels. */
export function readLabels(versions: Readonly<Record<string, readonly string[]>> = {}): Labels {
  const labels: Partial<Record<Stage, VersionId>> = {};
  for (const [id, carried] of Object.entries(versions)) {
    for (const stage of STAGES) if (carried.includes(LABELS[stage])) labels[stage] = id as VersionId;
  }
  return labels;
}

/**
 * The stages that a version's labels mean. AWS's own rotation often leaves AWSPENDING on the version that has become current, and
 * AWS makes a secret's first version current at once; a version that is current is not waiting to be, so it is not pending.
 */
export function stagesOf(labels: readonly string[]): readonly Stage[] {
  if (labels.includes(LABELS.current)) return ['current'];
  return (['pending', 'previous'] as const).filter((stage) => labels.includes(LABELS[stage]));
}
