import type { Outcome, SaveOutcome, WindowFile } from '#engine/contract/window-api.ts';
import type { MessagePortLike } from '#engine/contract/message-port-transport.ts';

import { isSaveNews, type SaveEnd, type SaveNews } from './save-channel.ts';

/** The page's end of a file that the main process writes. @param hand gives it the other end of the port. */
export async function askSave(port: MessagePortLike, hand: () => void): Promise<SaveOutcome> {
  const news = new NewsReader(port);
  port.start();
  hand();
  const first = await news.next();
  if (first.state === 'failed') return { ok: false, code: 'internal', message: first.message };
  return { ok: true, file: first.state === 'open' ? windowFile(port, news) : undefined };
}

function windowFile(port: MessagePortLike, news: NewsReader): WindowFile {
  const say = async (message: Uint8Array | SaveEnd): Promise<Outcome> => {
    port.postMessage(message);
    const said = await news.next();
    return said.state === 'failed'
      ? { ok: false, code: 'internal', message: said.message }
      : { ok: true, value: undefined };
  };
  return {
    write: say,
    close: () => say({ end: true }),
    abort: () => port.close(),
  };
}

/** What the main process says, one after the other. */
class NewsReader {
  readonly #waiting: ((news: SaveNews) => void)[] = [];
  readonly #come: SaveNews[] = [];

  constructor(port: MessagePortLike) {
    port.addEventListener('message', ({ data }) => {
      if (!isSaveNews(data)) return;
      const reader = this.#waiting.shift();
      if (reader === undefined) this.#come.push(data);
      else reader(data);
    });
  }

  next(): Promise<SaveNews> {
    const come = this.#come.shift();
    if (come !== undefined) return Promise.resolve(come);
    const { promise, resolve } = Promise.withResolvers<SaveNews>();
    this.#waiting.push(resolve);
    return promise;
  }
}
