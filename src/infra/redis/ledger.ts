import type { Redis } from 'ioredis';
import type { Ledger } from '../../core/ledger.ts';
import type { Clock } from '../../core/ports.ts';
import { createFanOutRecords } from './fan-out-records.ts';
import type { RedisKeys } from './keys.ts';
import { createReportRecords } from './report-records.ts';
import { createRotationRecords } from './rotation-records.ts';
import { createSightings } from './sightings.ts';
import { createStory } from './story.ts';

/** The ledger on Redis. */
export function createLedger(redis: Redis, keys: RedisKeys, clock: Clock): Ledger {
  return {
    ...createRotationRecords(redis, keys, clock),
    ...createStory(redis, keys, clock),
    ...createFanOutRecords(redis, keys),
    ...createReportRecords(redis, keys),
    ...createSightings(redis, keys),
  };
}
