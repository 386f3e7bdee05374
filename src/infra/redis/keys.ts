import type { Fingerprint, RotationId } from '../../core/model.ts';

/** Every Redis key Keyturn itself uses (BullMQ has its own under the same prefix). One place, one hash tag. */
export interface RedisKeys {
  readonly prefix: string;
  readonly leases: string;
  readonly tokens: string;
  readonly active: string;
  readonly rotations: string;
  readonly workers: string;
  readonly sightings: string;
  session(id: string): string;
  rotation(id: RotationId): string;
  story(id: RotationId): string;
  chunks(id: RotationId): string;
  outcomes(id: RotationId): string;
  reports(runId: string): string;
  pace(key: Fingerprint): string;
}

export const DEFAULT_PREFIX = '{keyturn}';

export function redisKeys(prefix: string): RedisKeys {
  function at(...parts: string[]): string {
    return [prefix, 'k', ...parts].join(':');
  }
  return {
    prefix,
    leases: at('leases'),
    tokens: at('lease-tokens'),
    active: at('active'),
    rotations: at('rotations'),
    workers: at('workers'),
    sightings: at('sightings'),
    session: (id) => at('session', id),
    rotation: (id) => at('rotation', id),
    story: (id) => at('rotation', id, 'story'),
    chunks: (id) => at('rotation', id, 'chunks'),
    outcomes: (id) => at('rotation', id, 'outcomes'),
    reports: (runId) => at('reports', runId),
    pace: (key) => at('pace', key),
  };
}
