import { runEngine } from './engine.ts';
import { watchMemory } from './memory.ts';
import { createPanelCalls, type PanelCalls } from './panel-calls.ts';
import { newCredential, standInPanels } from './stand-in.ts';

/** One measured process: the bare loop or the engine. argv: side, panel port, Redis URL, N, C. */
const [side = 'bare', port = '0', redisUrl = '', total = '0', concurrency = '1'] = process.argv.slice(2);
const memory = watchMemory();

async function bare(calls: PanelCalls, count: number, width: number): Promise<number> {
  const start = performance.now();
  let next = 0;
  async function loop(): Promise<void> {
    while (next < count) {
      const id = `p${next}`;
      next += 1;
      if ((await calls.read(id)) !== 'new') await calls.push(id, 'new');
      if ((await calls.read(id)) !== 'new' || !(await calls.check(id))) throw new Error(`${id} does not hold the key`);
    }
  }
  await Promise.all(Array.from({ length: width }, loop));
  return performance.now() - start;
}

const calls = createPanelCalls(Number(port), Number(concurrency));
const wallMs =
  side === 'bare'
    ? await bare(calls, Number(total), Number(concurrency))
    : await runEngine({
        redisUrl,
        concurrency: Number(concurrency),
        panels: standInPanels(Number(total), calls),
        credential: newCredential,
      });
await calls.close();
process.send?.({ wallMs, rssMb: memory.stop() });
process.disconnect();
