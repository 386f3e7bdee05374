/** Watches this process's memory; `stop` gives its peak in MB. */
export function watchMemory(): { stop(): number } {
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  return {
    stop() {
      clearInterval(watch);
      return Math.round(Math.max(peak, process.memoryUsage.rss()) / 1_048_576);
    },
  };
}
