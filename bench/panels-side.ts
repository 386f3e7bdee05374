import { once } from 'node:events';
import { panelKinds } from '../providers/registry.ts';
import { createHttpClient } from '../providers/shared/http.ts';
import { createFingerprinter } from '../src/core/fingerprint.ts';
import { bindingIdOf, type Credential } from '../src/core/model.ts';
import { SecretValue } from '../src/core/secret-value.ts';
import { systemClock } from '../src/infra/clock.ts';
import { type BenchPanel, FINGERPRINT_KEY, runEngine } from './engine.ts';
import { watchMemory } from './memory.ts';
import type { EstateSpec } from './panel-estate.ts';

/** One measured process over real integrations: the bare loop or the engine. What to do comes as a message. */
export interface SideOrder {
  readonly side: 'bare' | 'engine';
  readonly redisUrl: string;
  readonly concurrency: number;
  readonly estate: EstateSpec;
}

const never = new AbortController().signal;

async function createPanels({ panels, secrets }: EstateSpec, http: ReturnType<typeof createHttpClient>) {
  const known = new Map(Object.entries(secrets).map(([name, text]) => [name, new SecretValue(text)]));
  const deps = {
    http,
    clock: systemClock,
    fingerprint: createFingerprinter(FINGERPRINT_KEY),
    resolveSecret: async (reference: string) => known.get(reference) ?? new SecretValue(''),
  };
  const created = new Map<string, BenchPanel>();
  for (const { id, kind, options } of panels) {
    const integration = await panelKinds[kind]?.create(options, deps);
    const schemas = await panelKinds[kind]?.schemas();
    if (integration) created.set(id, { integration, options: schemas?.binding.parse({}) });
  }
  return created;
}

/** The calls that the engine makes for one binding: look, write, look again, have it proven. */
async function bare(panels: ReadonlyMap<string, BenchPanel>, credential: Credential, width: number): Promise<number> {
  const start = performance.now();
  const queue = [...panels].values();
  async function loop(): Promise<void> {
    for (const [id, { integration, options }] of queue) {
      const target = { bindingId: bindingIdOf(id, 'main', 'live'), environment: 'live', options } as const;
      const seen = await integration.observe(target, never);
      const lastSeen = seen.state === 'observed' && seen.password ? { lastSeen: seen.password.raw } : {};
      await integration.apply(target, credential, { token: id, ...lastSeen }, never);
      await integration.observe(target, never);
      const expected = { resellerId: credential.resellerId, environment: 'live' } as const;
      const { verdict, detail } = await integration.check(target, expected, never);
      if (verdict !== 'valid') throw new Error(`${id}: ${verdict}, ${detail}`);
    }
  }
  await Promise.all(Array.from({ length: width }, loop));
  return performance.now() - start;
}

const [order] = (await once(process, 'message')) as [SideOrder];
const memory = watchMemory();
const http = createHttpClient();
const panels = await createPanels(order.estate, http);
const { resellerId, newKey } = order.estate;
const before = process.cpuUsage();
const credential = { resellerId, apiKey: new SecretValue(newKey) };
const { redisUrl, concurrency } = order;
const wallMs =
  order.side === 'bare'
    ? await bare(panels, credential, concurrency)
    : await runEngine({ redisUrl, concurrency, panels, credential });
const { user, system } = process.cpuUsage(before);
await http.close();
process.send?.({ wallMs, cpuMs: (user + system) / 1_000, rssMb: memory.stop() });
process.disconnect();
