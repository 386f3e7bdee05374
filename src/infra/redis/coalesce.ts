/**
 * Shares one question among those who ask it at the same time. Whoever asks while it is already on its way waits for the next one
 * instead: an answer older than the question never counts.
 */
export function coalesce<Answer>(ask: (about: string) => Promise<Answer>): (about: string) => Promise<Answer> {
  const onTheWay = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<Answer>>();

  function start(about: string): Promise<Answer> {
    const asking = ask(about);
    onTheWay.set(about, asking);
    asking.catch(() => undefined).finally(() => onTheWay.delete(about));
    return asking;
  }

  return function join(about) {
    const running = onTheWay.get(about);
    if (!running) return start(about);
    const waiting = next.get(about);
    if (waiting) return waiting;
    const after = running
      .catch(() => undefined)
      .then(() => {
        next.delete(about);
        return start(about);
      });
    next.set(about, after);
    return after;
  };
}
