import { useSyncExternalStore } from 'react';

/** Below it a table can't have all of its columns. */
const NARROW = matchMedia('(width < 1080px)');

function watch(onChange: () => void): () => void {
  NARROW.addEventListener('change', onChange);
  return () => NARROW.removeEventListener('change', onChange);
}

/** Whether the window is too narrow for what can be found elsewhere too. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => NARROW.matches);
}
