import { randomUUID } from 'node:crypto';
import { argv, stdout } from 'node:process';
import type { VersionId } from '../../src/core/model.ts';
import { newPayload, openFileStore } from './file-store.ts';

/*
 * A process of its own that rotates one secret: `file-store-worker.ts DIRECTORY IDENTITY NAME ROUNDS`. It prints the id of each
 * version once the store has confirmed that it is current.
 */
const [directory = '', identity = '', name = '', rounds = ''] = argv.slice(2);
const signal = new AbortController().signal;
const store = openFileStore({ directory, identity }, { keepVersions: 100 });

async function rotate(): Promise<VersionId | undefined> {
  const current = (await store.read(name, 'current', signal))?.versionId;
  const id = await store.stage(name, newPayload(), { token: randomUUID() }, signal);
  try {
    await store.promote(name, id, { expectedCurrent: current }, signal);
    return id;
  } catch {
    // Another worker was first.
    return undefined;
  }
}

for (let done = 0; done < Number(rounds); ) {
  const id = await rotate();
  if (id === undefined) continue;
  done += 1;
  stdout.write(`${id}\n`);
}
