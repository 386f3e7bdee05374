import { afterEach, describe, expect, it } from 'vitest';
import { watchesVersions } from '../../src/core/store-powers.ts';
import { openAwsStore, useTestCredentials } from '../support/aws.ts';
import { type AwsWire, awsError, ok, startAwsWire, type WireAnswer, type WireRequest } from '../support/aws-wire.ts';
import { refusal } from '../support/refusal.ts';

const NEVER = new AbortController().signal;
const PAGE = 100;

useTestCredentials();

let wire: AwsWire;
afterEach(() => wire.close());

function versionsOf(name: string) {
  return { [`old-${name}`]: ['AWSPREVIOUS'], [`now-${name}`]: ['AWSCURRENT'] };
}

/** AWS with these secrets: it filters by what names begin with, and gives a hundred at a time. */
function answer(names: readonly string[], { operation, input }: WireRequest): WireAnswer {
  if (operation === 'DescribeSecret') {
    const name = String(input['SecretId']);
    return names.includes(name)
      ? ok({ Name: name, VersionIdsToStages: versionsOf(name) })
      : awsError('ResourceNotFoundException');
  }
  const filters = input['Filters'] as { Values: string[] }[] | undefined;
  const starts = filters?.[0]?.Values ?? [''];
  const found = names.filter((name) => starts.some((start) => name.startsWith(start)));
  const from = Number(input['NextToken'] ?? 0);
  const next = from + PAGE < found.length ? { NextToken: String(from + PAGE) } : {};
  const page = found.slice(from, from + PAGE);
  return ok({ SecretList: page.map((Name) => ({ Name, SecretVersionsToStages: versionsOf(Name) })), ...next });
}

function many(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
}

function open() {
  const store = openAwsStore(wire.endpoint, { maxAttempts: 1 });
  return watchesVersions(store) ? store : expect.fail('the store cannot be watched');
}

function calls(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { operation } of wire.requests) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

describe('watching aws-secrets-manager', () => {
  it('asks for 1,000 secrets in ten calls, however full the account is elsewhere', async () => {
    const ours = many(1_000, 'keyturn/');
    const all = [...many(3_000, 'app/'), ...ours, ...many(3_000, 'zoo/')];
    wire = await startAwsWire((request) => answer(all, request));
    const versions = await open().currentVersions(ours, NEVER);
    expect(calls()).toEqual({ ListSecrets: 10 });
    expect(versions.size).toBe(1_000);
    for (const name of ours) expect(versions.get(name)).toBe(`now-${name}`);
  });

  it('lists several folders, and names in none, in one go', async () => {
    const folders = [...many(30, 'live/keyturn/'), ...many(30, 'test/keyturn/')];
    wire = await startAwsWire((request) => answer([...many(500, 'live/app/'), ...folders], request));
    expect((await open().currentVersions(folders, NEVER)).size).toBe(60);
    expect(wire.requests[0]?.input['Filters']).toEqual([{ Key: 'name', Values: ['live/keyturn/', 'test/keyturn/'] }]);
    await open().currentVersions(many(30, 'keyturn-acme-'), NEVER);
    expect(wire.requests.at(-1)?.input['Filters']).toEqual([{ Key: 'name', Values: ['keyturn-acme-000'] }]);
  });

  it('asks about a few secrets one by one, which is exact', async () => {
    const [one = '', two = ''] = many(2, 'keyturn/');
    wire = await startAwsWire((request) => answer([one], request));
    const versions = await open().currentVersions([one, two], NEVER);
    expect([...versions]).toEqual([
      [one, `now-${one}`],
      [two, undefined],
    ]);
    expect(calls()).toEqual({ DescribeSecret: 2 });
  });

  it('needs no right to list: without it every secret is described, and the listing is not tried again', async () => {
    const names = many(20, 'keyturn/');
    wire = await startAwsWire((request) =>
      request.operation === 'ListSecrets' ? awsError('AccessDeniedException') : answer(names, request),
    );
    const store = open();
    for (const expected of [20, 40]) {
      expect((await store.currentVersions(names, NEVER)).get('keyturn/00019')).toBe('now-keyturn/00019');
      expect(calls()).toEqual({ ListSecrets: 1, DescribeSecret: expected });
    }
  });

  it("gives up a listing that is full of other people's secrets, for good", async () => {
    const ours = many(10, 'shared/z');
    wire = await startAwsWire((request) => answer([...many(5_000, 'shared/a'), ...ours], request));
    const store = open();
    for (const expected of [10, 20]) {
      expect((await store.currentVersions(ours, NEVER)).get('shared/z00003')).toBe('now-shared/z00003');
      expect(calls()).toEqual({ ListSecrets: 3, DescribeSecret: expected });
    }
  });

  it('passes on when to come back', async () => {
    const body = JSON.stringify({ __type: 'ThrottlingException' });
    wire = await startAwsWire(() => ({ status: 400, body, headers: { 'retry-after': '7' } }));
    const error = await refusal(open().currentVersions(many(20, 'keyturn/'), NEVER), 'RATE_LIMITED');
    expect(error.retryAfterMs).toBe(7_000);
  });
});
