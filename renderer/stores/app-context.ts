import type { AppStores } from './create-stores.ts';

let provided: AppStores | undefined;

/** Called once, before the first screen is drawn. */
export function provideStores(stores: AppStores): void {
  provided = stores;
}

/** The window's stores: a screen reads them with zustand's `useStore`. */
export function appStores(): AppStores {
  if (provided === undefined) throw new Error('The stores are asked for before they are made.');
  return provided;
}
