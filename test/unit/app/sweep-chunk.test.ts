import { expect, test } from 'vitest';
import { createExpectations } from '../../../src/app/expected-state.ts';
import { sweepChunk } from '../../../src/app/sweep-chunk.ts';
import { bindingIdOf } from '../../../src/core/model.ts';
import { createUnitWorld } from '../../support/fakes/world.ts';

test("a binding that the worker's configuration lacks is reported; the others of its chunk are checked", async () => {
  const world = createUnitWorld(1);
  const known = world.bindings[0]?.bindingId ?? expect.fail('no binding');
  const unknown = bindingIdOf('new-panel', 'acme', 'live');
  const saved = new Map<string, string>();
  const ledger = {
    ...world.all.ledger,
    saveReports: async (_run: string, reports: ReadonlyMap<string, string>): Promise<void> => {
      for (const [id, report] of reports) saved.set(id, report);
    },
  };
  const { signal } = new AbortController();
  const run = { runId: 'run', bindings: [known, unknown], options: { lookup: false } };
  await sweepChunk({ ...world.all, ledger }, run, createExpectations(world.all, signal), signal);
  expect(JSON.parse(saved.get(known) ?? '{}')).toMatchObject({ status: 'in-sync' });
  expect(JSON.parse(saved.get(unknown) ?? '{}')).toMatchObject({
    panel: 'new-panel',
    account: 'acme',
    environment: 'live',
    status: 'unobservable',
    drift: [],
  });
});
