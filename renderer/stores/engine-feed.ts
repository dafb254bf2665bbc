import type { EngineClient } from '#engine/contract/client.ts';
import type { EngineNews } from '#engine/contract/event.ts';

import { backOffMs, type Pause, pause } from './back-off.ts';

export interface FeedListener {
  /** What happened while nobody followed is not told: everything known must be asked for anew. */
  readonly onStart: () => void;
  readonly onNews: (news: EngineNews) => void;
}

/** Follows the engine's news for as long as the window lives; a lost engine is waited for. */
export async function followEngine(
  engine: EngineClient,
  listener: FeedListener,
  options: { readonly signal: AbortSignal; readonly pause?: Pause },
): Promise<void> {
  const { signal } = options;
  const wait = options.pause ?? pause;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const news = engine.stream('system.watch', {}, signal);
      // Asked right behind the stream, on the same connection: nothing can happen unseen in between.
      queueMicrotask(listener.onStart);
      for await (const item of news) {
        failures = 0;
        listener.onNews(item);
      }
    } catch {
      // The connection's state says why.
    }
    await wait(backOffMs(failures), signal);
  }
}
