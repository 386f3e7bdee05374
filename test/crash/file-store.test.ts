import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VersionId } from '../../src/core/model.ts';
import { type FilePlace, makeFilePlace, newPayload, openFileStore } from '../support/file-store.ts';

const NEVER = new AbortController().signal;
const WORKER = join(import.meta.dirname, '../support/file-store-worker.ts');
const NAME = 'accounts/main';

let place: FilePlace;
beforeEach(async () => {
  place = await makeFilePlace();
});
afterEach(() => place.remove());

interface Rotator {
  readonly process: ChildProcess;
  /** Ids the worker has reported as current so far. */
  readonly reported: readonly string[];
  /** Resolves when it has reported this many. */
  reports(count: number): Promise<void>;
}

function startRotator(rounds: number): Rotator {
  const child = spawn(execPath, [WORKER, place.directory, place.identity, NAME, String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const reported: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => reported.push(line));
  return {
    process: child,
    reported,
    async reports(count) {
      while (reported.length < count) await once(lines, 'line');
    },
  };
}

async function exitCodeOf({ process }: Rotator): Promise<number | null> {
  await once(process, 'close');
  return process.exitCode;
}

describe('file store: several processes', () => {
  it('loses no version when three processes rotate one secret at once', async () => {
    const rotators = [startRotator(6), startRotator(6), startRotator(6)];
    expect(await Promise.all(rotators.map(exitCodeOf))).toEqual([0, 0, 0]);
    const store = openFileStore(place);
    const reported = rotators.flatMap((rotator) => rotator.reported);
    expect(new Set(reported).size).toBe(18);
    for (const id of reported) {
      expect(await store.read(NAME, { version: id as VersionId }, NEVER), `version ${id}`).toBeDefined();
    }
    expect(reported).toContain((await store.read(NAME, 'current', NEVER))?.versionId);
  });

  it('keeps what it confirmed when it is killed at any moment, and goes on after that', async () => {
    const store = openFileStore(place, { keepVersions: 100 });
    for (let kill = 1; kill <= 6; kill += 1) {
      const rotator = startRotator(1000);
      await rotator.reports(1 + (kill % 3));
      // Not waiting for anything: the point is to strike at another moment of a rotation each time.
      await setTimeout(kill * 3);
      const closed = once(rotator.process, 'close');
      rotator.process.kill('SIGKILL');
      await closed;
      for (const id of rotator.reported) {
        expect(await store.read(NAME, { version: id as VersionId }, NEVER), `version ${id}`).toBeDefined();
      }
      expect(await store.read(NAME, 'current', NEVER)).toBeDefined();
    }
    const id = await store.stage(NAME, newPayload(), { token: randomUUID() }, NEVER);
    expect((await store.read(NAME, 'pending', NEVER))?.versionId).toBe(id);
    expect(await readdir(place.directory)).toEqual(['accounts%2Fmain.age']);
  });
});
