import { once } from 'node:events';
import { createLogger } from '../../infra/log/logger.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** Past the promised time something hangs that no abort reaches; the ledger makes ending here safe. */
const LAST_RESORT_MS = 3_000;

/** `keyturn worker`: works the queue until it is told to stop; then drains, aborts, and exits inside the configured time. */
export async function worker({ output, signal, options }: Session): Promise<number> {
  const { openKeyturn, readConfiguration } = await import('../../compose.ts');
  const config = await readConfiguration(options.config, process.env);
  const log = createLogger({ level: options.logLevel ?? config.worker.logLevel });
  const keyturn = await openKeyturn(config, { env: process.env, log, signal, allowEmbedded: false });
  output.note(keyturn.redis.choice);
  if (keyturn.redis.facts.appendOnly === false) {
    output.note(
      'Warning: this Redis keeps nothing on disk (appendonly no); a restart of it loses the queue and the ledger.',
    );
  }
  const runtime = await keyturn.startWorker({ watch: true });
  log.info(
    { redis: keyturn.redis.kind, bindings: config.bindings.length, concurrency: config.worker.concurrency },
    'worker is ready',
  );
  if (!signal.aborted) await once(signal, 'abort');
  const { drainSeconds, abortSeconds } = config.worker;
  log.info({ drainSeconds, abortSeconds }, 'worker is stopping');
  const overdue = setTimeout(() => process.exit(EXIT.internal), (drainSeconds + abortSeconds) * 1_000 + LAST_RESORT_MS);
  await runtime.stop();
  await keyturn.close();
  clearTimeout(overdue);
  log.info({}, 'worker has stopped');
  return EXIT.ok;
}
