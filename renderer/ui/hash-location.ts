import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Where the app is: `#/images/abc?tab=files` is path `/images/abc` and search `tab=files`. */
function fragment(): string {
  return window.location.hash.replace(/^#?\/?/, '/');
}

function path(): string {
  return fragment().split('?')[0] ?? '/';
}

function search(): string {
  return fragment().split('?')[1] ?? '';
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** @param to with its search: `/run?image=redis`. */
export function goTo(to: string, options: { readonly replace?: boolean } = {}): void {
  const hash = `#${to}`;
  if (window.location.hash === hash) return;
  if (options.replace === true) window.location.replace(hash);
  else window.location.hash = hash;
}

/** For wouter's Router. The router's own hash location would move the search out of the fragment. */
export function useHashLocation(): [string, typeof goTo] {
  return [useSyncExternalStore(subscribe, path), goTo];
}

useHashLocation.hrefs = (href: string): string => `#${href}`;

/** The search part of the fragment, without `?`. */
export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, search);
}

/** Tells that another screen is there than at first: what was opened over one goes with it. */
export function useLeave(onLeave: () => void): void {
  const now = useSyncExternalStore(subscribe, path);
  const first = useRef(now);
  useEffect(() => {
    if (now !== first.current) onLeave();
  }, [now, onLeave]);
}
