import type { Logger, Notice, Notifier } from '../../../src/core/ports.ts';

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<
  Notice['severity'],
  keyof Logger
>;

/** Tells ops by the log: one line per notice, `critical` as an error, so that a log alert can be set on it. Never rejects. */
export function createLogNotifier({ log }: { readonly log: Logger }): Notifier {
  return {
    id: 'log',
    notify(notice) {
      const { severity, title, lines, dedupKey, bindings } = notice;
      log[LEVELS[severity]]({ severity, title, lines, dedupKey, bindings }, 'Notice to operators');
      return Promise.resolve();
    },
  };
}
