import { TarParser } from './tar-parser.ts';
import type { TarEntry } from './tar-entry.ts';

/** One thing after another of what a tar holds; an entry's bytes come between it and the next entry. */
export type TarPart =
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'entry-end' };

/**
 * An uncompressed tar as an async iterable, at the reader's pace. Bytes are valid until the next part is asked for.
 *
 * @throws EngineError `corrupt`, `unsupported`
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarPart> {
  let parts: TarPart[] = [];
  const parser = new TarParser({
    entry: (entry) => parts.push({ kind: 'entry', entry }),
    data: (bytes) => parts.push({ kind: 'data', bytes }),
    entryEnd: () => parts.push({ kind: 'entry-end' }),
  });
  for await (const chunk of source) {
    parser.write(chunk);
    const ready = parts;
    parts = [];
    yield* ready;
  }
  parser.end();
}
