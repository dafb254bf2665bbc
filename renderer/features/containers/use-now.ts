import { useSyncExternalStore } from 'react';

const TICK_MS = 20_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Unix milliseconds, some seconds old at most: for words such as "3 minutes ago" that stay on the screen. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // Nobody was looking, so nobody has ticked.
    if (timer === undefined && Date.now() - now > TICK_MS) now = Date.now();
    return now;
  });
}
