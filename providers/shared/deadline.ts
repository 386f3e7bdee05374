/** A signal that fires when `parent` does or when the time is up, whichever is first. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True once the time was up. */
  passed(): boolean;
  /** Lets go of the timer and of `parent`. */
  close(): void;
}

/**
 * Used in place of `AbortSignal.any([parent, AbortSignal.timeout(ms)])`: a worker's `parent` lives for days, and this leaves no
 * timer and no listener behind when the call has ended.
 */
export function openDeadline(parent: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  let passed = false;
  function stop(): void {
    controller.abort();
  }
  const timer = setTimeout(() => {
    passed = true;
    controller.abort();
  }, ms);
  if (parent.aborted) stop();
  else parent.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    close() {
      clearTimeout(timer);
      parent.removeEventListener('abort', stop);
    },
  };
}
