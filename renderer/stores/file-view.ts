import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { FileDiff } from '#engine/contract/file-diff.ts';
import type { EntryDetails } from '#engine/contract/file-facts.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { PathBlame } from '#engine/contract/timeline.ts';

import { load, type Loaded } from './loaded.ts';
import { receivedBytes } from './received-bytes.ts';

/** A path as the stack `0..to` of an image has it. */
export type StackFile = Params<'layers.entry'>;

/** A part of a file. */
export interface BytesPage {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** How a file differs from what it was up to a layer. */
export interface VersionDiff {
  readonly before: number;
  readonly diff: FileDiff;
}

/** One path, looked at closely: what is asked for is forgotten when another is opened. */
export interface FileViewState {
  readonly file: StackFile | undefined;
  readonly entry: Loaded<EntryDetails> | undefined;
  readonly blame: Loaded<PathBlame> | undefined;
  readonly diff: Loaded<VersionDiff> | undefined;
  readonly page: Loaded<BytesPage> | undefined;
  /** As an address that a picture can be drawn from. */
  readonly picture: Loaded<string> | undefined;

  readonly open: (file: StackFile | undefined) => void;
  /** Asks who wrote it, unless that is known. */
  readonly loadBlame: () => Promise<void>;
  /** @param before index of the layer up to which it is compared with. */
  readonly compareWith: (before: number) => Promise<void>;
  readonly loadPage: (offset: number) => Promise<void>;
  readonly loadPicture: (mediaType: string) => Promise<void>;
  /** The bytes of the file, or a tar of whatever is there. */
  readonly save: (as: 'file' | 'tar') => AsyncIterable<Uint8Array>;
}

export type FileViewStore = StoreApi<FileViewState>;

/** Bytes of a file that are shown at once. */
export const PAGE_BYTES = 16 * 1024;
/** More of a picture is not drawn. */
export const MOST_PICTURE_BYTES = 8 * 1024 * 1024;

const nothing = { entry: undefined, blame: undefined, diff: undefined, page: undefined, picture: undefined } as const;

export function createFileViewStore(engine: EngineClient): FileViewStore {
  return createStore<FileViewState>()((set, get) => {
    let leaving = new AbortController();
    const bytesOf = (file: StackFile, part: { readonly offset: number; readonly length: number }) =>
      receivedBytes(() => engine.duplex('layers.extract', { ...file, as: 'file', part }));
    /** What is asked of the file that is open, under its name in the state. */
    const loadInto = async <K extends 'blame' | 'diff' | 'page' | 'picture', T>(
      name: K,
      ask: (file: StackFile, signal: AbortSignal) => Promise<T>,
    ): Promise<void> => {
      const { file } = get();
      const { signal } = leaving;
      if (file === undefined) return;
      await load(
        () => ask(file, signal),
        (state) => set({ [name]: state }),
        signal,
      );
    };
    return {
      file: undefined,
      ...nothing,
      open: (file) => {
        if (isSame(file, get().file)) return;
        leaving.abort();
        leaving = new AbortController();
        const { signal } = leaving;
        set({ file, ...nothing });
        if (file === undefined) return;
        void load(
          () => engine.call('layers.entry', file, signal),
          (entry) => set({ entry }),
          signal,
        );
      },
      loadBlame: async () => {
        if (get().blame !== undefined) return;
        await loadInto('blame', ({ image, path }, signal) => engine.call('layers.blame', { image, path }, signal));
      },
      compareWith: (before) =>
        loadInto('diff', async (file, signal) => {
          const versions = { before: { kind: 'image', ...file, to: before }, now: { kind: 'image', ...file } } as const;
          return { before, diff: await engine.call('inspect.fileDiff', versions, signal) };
        }),
      loadPage: (offset) =>
        loadInto('page', async (file) => ({
          offset,
          bytes: await collected(bytesOf(file, { offset, length: PAGE_BYTES })),
        })),
      loadPicture: (mediaType) =>
        loadInto('picture', async (file) =>
          dataUrl(mediaType, await collected(bytesOf(file, { offset: 0, length: MOST_PICTURE_BYTES }))),
        ),
      save: (as) => {
        const { file } = get();
        if (file === undefined) throw new Error('no file is open');
        return receivedBytes(() => engine.duplex('layers.extract', { ...file, as }));
      },
    };
  });
}

function isSame(one: StackFile | undefined, other: StackFile | undefined): boolean {
  return one?.image === other?.image && one?.to === other?.to && one?.path === other?.path;
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: BlobPart[] = [];
  for await (const chunk of chunks) parts.push(new Uint8Array(chunk));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** An image element draws what such an address holds, and runs nothing of it. */
function dataUrl(mediaType: string, bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:${mediaType};base64,${btoa(letters)}`;
}
