/** The channel on which a page asks for a file to write to, with a name to offer and its end of a port. */
export const SAVE_CHANNEL = 'estrato:save';

/**
 * What the main process says on such a port: `open` once a file was chosen, `refused` when none was, `written` after each
 * of the page's chunks, `saved` after its `SaveEnd`; `failed` instead of any of them, in a sentence.
 */
export type SaveNews =
  { readonly state: 'open' | 'refused' | 'written' | 'saved' } | { readonly state: 'failed'; readonly message: string };

/** The page has sent all; a port that closes without it leaves no file. */
export interface SaveEnd {
  readonly end: true;
}

export function isSaveNews(message: unknown): message is SaveNews {
  return typeof message === 'object' && message !== null && 'state' in message;
}

export function isSaveEnd(message: unknown): message is SaveEnd {
  return typeof message === 'object' && message !== null && 'end' in message && message.end === true;
}
