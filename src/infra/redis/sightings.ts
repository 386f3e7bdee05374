import type { Redis } from 'ioredis';
import type { Ledger, Sighting } from '../../core/ledger.ts';
import type { AccountTarget, VersionId } from '../../core/model.ts';
import { onRedis } from './client.ts';
import type { RedisKeys } from './keys.ts';
import { SAW_VERSION } from './scripts.ts';

/** What watches have seen: one hash, a field for each account's secret, `CHANGES:VERSION` in it. */
export function createSightings(
  redis: Redis,
  keys: RedisKeys,
): Pick<Ledger, 'sightings' | 'sawVersion' | 'forgetSightings'> {
  return {
    async sightings(accounts) {
      if (accounts.length === 0) return [];
      const found = await onRedis('read what was seen', () => redis.hmget(keys.sightings, ...accounts.map(fieldOf)));
      return found.map(decode);
    },
    async sawVersion(account, versionId, when) {
      const args = [fieldOf(account), versionId, when];
      await onRedis('note what was seen', () => redis.eval(SAW_VERSION, 1, keys.sightings, ...args));
    },
    async forgetSightings() {
      await onRedis('forget what was seen', () => redis.del(keys.sightings));
    },
  };
}

/** Every place that the version is made from: a credential that moves to another secret, or into two, is a first sight again. */
function fieldOf({ accountId, environment, secret }: AccountTarget): string {
  const own = secret.shape?.format === 'plain' ? secret.shape.resellerIdSecret : undefined;
  return `${accountId}/${environment}@${secret.store}/${secret.name}${own === undefined ? '' : `+${own}`}`;
}

/** What cannot be read was not seen. */
function decode(text: string | null): Sighting | undefined {
  const [, changes, versionId] = /^(\d+):(.+)$/su.exec(text ?? '') ?? [];
  if (changes === undefined || versionId === undefined) return undefined;
  return { changes: Number(changes), versionId: versionId as VersionId };
}
