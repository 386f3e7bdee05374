import type { Redis } from 'ioredis';
import type { Ledger } from '../../core/ledger.ts';
import type { BindingId } from '../../core/model.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';

const KEPT_SECONDS = 86_400;

/** The reports of drift checks: one hash per run, kept for a day. */
export function createReportRecords(
  redis: Redis,
  keys: RedisKeys,
): Pick<Ledger, 'saveReports' | 'reportCount' | 'reports'> {
  return {
    async saveReports(runId, reports) {
      const fields = [...reports].flat();
      if (fields.length === 0) return;
      const hash = keys.reports(runId);
      await onRedis('save a report', () =>
        redis
          .multi()
          .hset(hash, ...fields)
          .expire(hash, KEPT_SECONDS)
          .exec(),
      );
    },
    reportCount: (runId) => onRedis('read reports', () => redis.hlen(keys.reports(runId))),
    async reports(runId) {
      const fields = await onRedis('read reports', () => redis.hgetall(keys.reports(runId)));
      return new Map(Object.entries(fields).map(([binding, report]) => [binding as BindingId, report]));
    },
  };
}
