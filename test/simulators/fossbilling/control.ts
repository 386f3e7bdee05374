import type { Operations } from '../shared/control.ts';
import { anything, flag, list, maybe, nothing, number, object, record, text } from '../shared/read.ts';
import { faultMode } from './config.ts';

/** The panel's prefix; left out: the first panel. */
const panel = maybe(text);
const push = object({ received: number, applied: number });

/** Everything a test or the demo may do to the simulated FOSSBilling. */
export const operations = {
  panels: { args: object({}), result: list(object({ prefix: text, url: text, address: text })) },
  /** What one registrar has stored. */
  registrar: { args: object({ panel, id: number }), result: object({ config: record(anything), testMode: flag }) },
  /** Writes a registrar behind the API's back, exactly as given. */
  setRegistrar: { args: object({ panel, id: number, config: record(anything), testMode: flag }), result: nothing },
  /** Changes how a panel behaves; what its registrars have stored stays, unless `registrars` is given. */
  reconfigure: { args: object({ panel, change: record(anything) }), result: nothing },
  setFault: {
    args: object({
      panel,
      mode: faultMode,
      times: maybe(number),
      /** Such as `admin/servicedomain/registrar_update`. */
      actions: maybe(list(text)),
      retryAfter: maybe(number),
      delayMs: maybe(number),
    }),
    result: nothing,
  },
  setLatency: { args: object({ ms: number }), result: nothing },
  /** Calls per method; writes per registrar id. */
  counters: { args: object({ panel }), result: object({ actions: record(number), writes: record(number) }) },
  /** registrar_update calls per registrar and `hashOf(Password)`, as `<id>:<hash>`; a number above 1 is a duplicate push. */
  pushes: { args: object({ panel }), result: record(push) },
  /** Forgets all counters of all panels. */
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
