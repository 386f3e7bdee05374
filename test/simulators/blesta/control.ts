import type { Operations } from '../shared/control.ts';
import { anything, list, maybe, nothing, number, object, record, text } from '../shared/read.ts';
import { faultMode } from './config.ts';

/** The panel's prefix; left out: the first panel. */
const panel = maybe(text);
const push = object({ received: number, applied: number });

/** Everything a test or the demo may do to the simulated Blesta. */
export const operations = {
  panels: { args: object({}), result: list(object({ prefix: text, url: text, address: text })) },
  /** The stored meta of every row, by row id, in plain text. */
  rows: { args: object({ panel }), result: record(record(text)) },
  /** Writes a row's meta behind the API's back, exactly as given; a new id makes a new row. */
  setRow: { args: object({ panel, row: text, meta: record(text) }), result: nothing },
  removeRow: { args: object({ panel, row: text }), result: nothing },
  /** Changes how a panel behaves; its rows stay. */
  reconfigure: { args: object({ panel, change: record(anything) }), result: nothing },
  setFault: {
    args: object({
      panel,
      mode: faultMode,
      times: maybe(number),
      /** Such as `module_manager/editRow`. */
      actions: maybe(list(text)),
      retryAfter: maybe(number),
      delayMs: maybe(number),
    }),
    result: nothing,
  },
  setLatency: { args: object({ ms: number }), result: nothing },
  /** Calls per method, lower case; writes per row id. */
  counters: { args: object({ panel }), result: object({ actions: record(number), writes: record(number) }) },
  /** editRow calls per row and `hashOf(key)`, as `<row>:<hash>`; a number above 1 is a duplicate push. */
  pushes: { args: object({ panel }), result: record(push) },
  /** Over all panels and rows: pushes of one value, panels that hold it, and the most pushes that one row saw. */
  pushTotals: {
    args: object({ keyHash: text }),
    result: object({ panels: number, holding: number, received: number, applied: number, mostPerRow: number }),
  },
  /** Forgets all counters of all panels. */
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
