import type { Operations } from '../shared/control.ts';
import { anything, list, maybe, nothing, number, object, record, text } from '../shared/read.ts';
import { faultMode } from './panel-config.ts';

/** The panel's prefix; left out: the first panel. */
const panel = maybe(text);
/** The place inside the panel; left out: the only one. */
const place = maybe(text);
const push = object({ received: number, applied: number });

/** Everything a test or the demo may do to a simulated panel that is reached through its connector. */
export const operations = {
  panels: { args: object({}), result: list(object({ prefix: text, url: text, address: text })) },
  /** The module's settings in plain text. */
  settings: { args: object({ panel, place }), result: record(text) },
  /** Writes all settings of a place behind the connector's back, as they are: this is how drift is made. */
  replaceSettings: { args: object({ panel, place, settings: record(text) }), result: nothing },
  /** How the panel is set up now. */
  config: { args: object({ panel }), result: record(anything) },
  /** Changes how a panel and its connector behave. Its stored settings stay. */
  reconfigure: { args: object({ panel, change: record(anything) }), result: nothing },
  /** As above, for some of the connector's own options; the others stay as they are. */
  reconfigureConnector: { args: object({ panel, change: record(anything) }), result: nothing },
  /** `actions`: the connector's operations and the panel's own calls, in lower case. */
  setFault: {
    args: object({
      panel,
      mode: faultMode,
      times: maybe(number),
      actions: maybe(list(text)),
      retryAfter: maybe(number),
      delayMs: maybe(number),
    }),
    result: nothing,
  },
  setLatency: { args: object({ ms: number }), result: nothing },
  /** Calls per operation of the connector and per call of the panel's own; writes per place. */
  counters: { args: object({ panel }), result: object({ actions: record(number), writes: record(number) }) },
  /** Saves per `hashOf(key)`; a number above 1 is a duplicate push. */
  pushes: { args: object({ panel }), result: record(push) },
  /** Over all panels: pushes of one value, panels that hold it, and the most pushes that one panel saw. */
  pushTotals: {
    args: object({ keyHash: text }),
    result: object({ panels: number, holding: number, received: number, applied: number, mostPerPanel: number }),
  },
  /** Forgets all counters of all panels. */
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
