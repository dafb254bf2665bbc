import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** No collection for so long: nobody waits for anything. */
const QUIET_MS = 1500;
/** Less than this is not worth the pause. */
const WORTH_BYTES = 4 * 1024 * 1024;

interface Collector {
  (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }): void;
}

/**
 * Gives back to the machine what work has left behind, once the work is done. V8 by itself keeps the room for young
 * objects as large as it has once been, and collects the old ones only when there are twice as many.
 *
 * It costs a pause of some tens of milliseconds, at a moment when nothing is asked. What tells that there was work are
 * V8's own small collections: an engine at rest wakes up for nothing.
 */
export function releaseMemoryWhenQuiet(quietMs = QUIET_MS): Disposable {
  const collect = findCollector();
  let released = 0;
  const timer = setTimeout(release, quietMs).unref();
  function release(): void {
    if (process.memoryUsage.rss() < released + WORTH_BYTES) return;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    released = process.memoryUsage.rss();
  }
  const observer = new PerformanceObserver((list) => {
    if (list.getEntries().some(isByWork)) timer.refresh();
  });
  observer.observe({ entryTypes: ['gc'] });
  return {
    [Symbol.dispose]: () => {
      observer.disconnect();
      clearTimeout(timer);
    },
  };
}

function findCollector(): Collector {
  setFlagsFromString('--expose-gc');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the flag adds to every context made from now on
  return runInNewContext('gc') as Collector;
}

/** Young objects have been collected: somebody made them. */
function isByWork(entry: PerformanceEntry): boolean {
  const detail: unknown = 'detail' in entry ? entry.detail : undefined;
  const kind = typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
  return kind === constants.NODE_PERFORMANCE_GC_MINOR;
}
