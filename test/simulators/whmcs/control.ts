import type { Operations } from '../shared/control.ts';
import { anything, list, maybe, nothing, number, object, record, text } from '../shared/read.ts';
import { faultMode } from './config.ts';

/** The panel's prefix; left out: the first panel. */
const panel = maybe(text);
const push = object({ received: number, applied: number });

/** Everything a test or the demo may do to the simulated WHMCS. */
export const operations = {
  panels: { args: object({}), result: list(object({ prefix: text, url: text, address: text })) },
  /** The registrar settings as the module would read them, decrypted. */
  settings: { args: object({ panel }), result: record(text) },
  /** The rows as they lie in tblregistrars: encrypted. */
  rows: { args: object({ panel }), result: record(text) },
  /** Writes settings behind the API's back, as they are: this is how drift is made. */
  setSettings: { args: object({ panel, settings: record(text) }), result: nothing },
  removeSettings: { args: object({ panel, names: list(text) }), result: nothing },
  /** Changes how a panel behaves: versions, roles, allow-lists, update mode. Its stored settings stay. */
  reconfigure: { args: object({ panel, change: record(anything) }), result: nothing },
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
  /** Calls per action (lower case), and writes per setting name. */
  counters: { args: object({ panel }), result: object({ actions: record(number), writes: record(number) }) },
  /** UpdateModuleConfiguration calls per `hashOf(API_Password)`; a number above 1 is a duplicate push. */
  pushes: { args: object({ panel }), result: record(push) },
  /** Over all panels: pushes of one value, panels that hold it, and the most pushes that one panel saw. */
  pushTotals: {
    args: object({ keyHash: text }),
    result: object({ panels: number, holding: number, received: number, applied: number, mostPerPanel: number }),
  },
  /** Forgets all counters of all panels. */
  forget: { args: object({}), result: nothing },
} as const satisfies Operations;
