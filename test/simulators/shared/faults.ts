import { answer, type Outcome, page, pause, withHeader } from './web.ts';

const DEFAULT_DELAY_MS = 3_000;

/** A failure that is switched on, for some requests or until further notice. */
export interface Fault<M extends string> {
  readonly mode: M;
  /** After this many requests the switch goes back to `none` by itself. */
  readonly times?: number | undefined;
  /** Only these actions fail; all if left out. */
  readonly actions?: readonly string[] | undefined;
  /** Seconds, for 429 and 503. */
  readonly retryAfter?: number | undefined;
  /** For `slow`. */
  readonly delayMs?: number | undefined;
}

export interface FaultSwitch<M extends string> {
  set(fault: Fault<M>): void;
  /** The failure that this request must show, if any; uses up one of `times`. */
  take(action: string): Fault<M> | undefined;
}

/** One switch, off at first. Action names are compared without regard to case. */
export function createFaultSwitch<M extends string>(): FaultSwitch<M> {
  let current: Fault<M> | undefined;
  let left = Number.POSITIVE_INFINITY;
  return {
    set(fault) {
      current = fault;
      left = fault.times ?? Number.POSITIVE_INFINITY;
    },
    take(action) {
      if (!current || current.mode === 'none' || left <= 0) return undefined;
      const meant = current.actions?.some((one) => one.toLowerCase() === action.toLowerCase()) ?? true;
      if (!meant) return undefined;
      left -= 1;
      return current;
    },
  };
}

const PAGES: Readonly<Record<string, readonly [number, string]>> = {
  html: [200, 'Just a moment...'],
  '500': [500, '500 Internal Server Error'],
  '502': [502, '502 Bad Gateway'],
  '503': [503, '503 Service Unavailable'],
};

/** Failures that any web server can show before its application has a say; undefined: go on. `slow` waits, then goes on. */
export async function transportFault(fault: Fault<string> | undefined): Promise<Outcome | undefined> {
  if (!fault) return undefined;
  const shown = PAGES[fault.mode];
  if (shown) return withHeader(page(...shown), 'retry-after', fault.retryAfter);
  if (fault.mode === 'empty') return answer(200, 'application/json', '');
  if (fault.mode === 'malformed') return answer(200, 'application/json', '{"result":"succ');
  if (fault.mode === 'hang' || fault.mode === 'reset') return fault.mode;
  if (fault.mode === 'slow') await pause(fault.delayMs ?? DEFAULT_DELAY_MS);
  return undefined;
}

/** `hang-after-write` and `reset-after-write`: the call had its effect, the answer is lost. Undefined: send it. */
export function lostAnswer(mode: string): Outcome | undefined {
  if (mode === 'hang-after-write') return 'hang';
  return mode === 'reset-after-write' ? 'reset' : undefined;
}
