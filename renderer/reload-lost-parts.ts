const KEY = 'estrato.reloaded';
/** A part that is lost again within this time is not lost by chance. */
const SOON_MS = 10_000;

/**
 * Draws the window anew when a part of it could not be fetched: whenever the machine gets another interface, as it does
 * with a container's start, Chromium ends every request that is under way (`ERR_NETWORK_CHANGED`), those to this very
 * machine included. What a person sees is in the address and in the engine, so nothing is lost by it.
 *
 * Vite tells of a lost part (vite.dev, "Load Error Handling") and never asks for its styles a second time.
 */
export function reloadLostParts(window: Window & typeof globalThis, now: () => number = Date.now): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(window.sessionStorage.getItem(KEY) ?? 0);
    // The screen says what is wrong, with a button to try again.
    if (now() - last < SOON_MS) return;
    window.sessionStorage.setItem(KEY, String(now()));
    event.preventDefault();
    window.location.reload();
  });
}
