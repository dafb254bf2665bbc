import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { ImageDetails, ImageSummary, RemovedImage } from '#engine/contract/image.ts';
import type { Answer } from '#engine/contract/methods.ts';

import { coalesced } from './coalesced.ts';
import { receivedBytes } from './received-bytes.ts';
import { sendFile } from './send-file.ts';
import { without } from './without.ts';

type ById<T> = Readonly<Record<string, T>>;
export type RawImage = Answer<'images.raw'>;

/** A file on its way up to the engine. */
export interface Upload {
  readonly id: number;
  readonly name: string;
  readonly total: number;
  readonly sent: number;
}

/** What an imported image is called, and lines of a Dockerfile that say more of it. */
export interface ImportedAs {
  readonly reference: string | undefined;
  readonly changes: readonly string[];
}

/** The images as the engine last told them. */
export interface ImagesState {
  /** Undefined until the engine has answered for the first time. */
  readonly images: readonly ImageSummary[] | undefined;
  /** Why the list could not be had; what is shown may then be old. */
  readonly listError: EngineError | undefined;
  /** By the id or name that was followed. */
  readonly details: ById<ImageDetails>;
  readonly detailErrors: ById<EngineError>;
  readonly raw: ById<RawImage>;
  readonly uploads: readonly Upload[];

  readonly refresh: () => Promise<void>;
  /** Loads the details of an image and keeps them fresh. @returns stops following. */
  readonly follow: (image: string) => () => void;
  readonly loadRaw: (image: string) => Promise<void>;
  /** @returns the id of the job that pulls. @throws EngineError */
  readonly pull: (reference: string, platform?: string) => Promise<string>;
  /** @returns the id of the job that makes it. @throws EngineError */
  readonly bootstrap: (kind: 'busybox' | 'debian') => Promise<string>;
  /** Sends an archive. @returns the names of what was in it. @throws EngineError */
  readonly load: (file: File) => Promise<readonly string[]>;
  /** Sends a tar of a root file system, which becomes an image of one layer. @returns its id. @throws EngineError */
  readonly import: (file: File, as: ImportedAs) => Promise<string>;
  /** The bytes of an archive of them, as they come; names or ids. */
  readonly save: (images: readonly string[]) => AsyncIterable<Uint8Array>;
  /** @throws EngineError */
  readonly tag: (image: string, reference: string) => Promise<void>;
  /** By a tag or an id. @throws EngineError */
  readonly remove: (image: string, force: boolean) => Promise<RemovedImage>;
  readonly onEvent: (event: EngineEvent) => void;
  /** Asks for everything that is followed anew, after the engine was away. */
  readonly refreshAll: () => void;
}

export type ImagesStore = StoreApi<ImagesState>;

interface Parts {
  readonly engine: EngineClient;
  readonly set: (change: (state: ImagesState) => Partial<ImagesState>) => void;
}

/** What else changes what an image page shows: which containers use it, and whether they run. */
const containerActions: ReadonlySet<string> = new Set(['create', 'start', 'die', 'destroy', 'rename']);

export function createImagesStore(engine: EngineClient): ImagesStore {
  return createStore<ImagesState>()((set) => {
    const parts = { engine, set };
    const followers = new Map<string, number>();
    const refreshers = new Map<string, () => Promise<void>>();
    const refresh = coalesced(() => loadList(parts));
    const refreshDetails = (image: string): Promise<void> => {
      const known = refreshers.get(image) ?? coalesced(() => loadDetails(parts, image));
      refreshers.set(image, known);
      return known();
    };
    const refreshAll = (): void => {
      void refresh();
      for (const image of followers.keys()) void refreshDetails(image);
    };
    return {
      images: undefined,
      listError: undefined,
      details: {},
      detailErrors: {},
      raw: {},
      uploads: [],
      refresh,
      refreshAll,
      follow: (image) => {
        followers.set(image, (followers.get(image) ?? 0) + 1);
        void refreshDetails(image);
        return () => {
          const left = (followers.get(image) ?? 1) - 1;
          if (left > 0) followers.set(image, left);
          else followers.delete(image);
        };
      },
      loadRaw: async (image) => {
        const raw = await engine.call('images.raw', { image });
        set((state) => ({ raw: { ...state.raw, [image]: raw } }));
      },
      pull: async (reference, platform) => {
        const params = { reference, ...(platform === undefined ? {} : { platform }) };
        return (await engine.call('images.pull', params)).job;
      },
      bootstrap: async (kind) => (await engine.call('images.bootstrap', { kind })).job,
      ...archives(parts),
      tag: async (image, reference) => {
        await engine.call('images.tag', { image, reference });
        refreshAll();
      },
      remove: async (image, force) => {
        const removed = await engine.call('images.remove', { image, force });
        refreshAll();
        return removed;
      },
      onEvent: ({ type, action }) => {
        // What is here is known by its bytes some time after it has come.
        const isOfImages = type === 'image' || type === 'store';
        if (isOfImages || (type === 'container' && containerActions.has(action))) refreshAll();
      },
    };
  });
}

/** Images as archives, both ways. */
function archives(parts: Parts): Pick<ImagesState, 'load' | 'import' | 'save'> {
  return {
    load: async (file) => {
      const upload = parts.engine.duplex('images.load', { name: file.name });
      return (await uploaded(parts, file, (tell) => sendFile(file, upload, tell))).loaded;
    },
    import: async (file, { reference, changes }) => {
      const about = { name: file.name, changes: [...changes], ...(reference === undefined ? {} : { reference }) };
      const upload = parts.engine.duplex('images.import', about);
      return (await uploaded(parts, file, (tell) => sendFile(file, upload, tell))).id;
    },
    save: (images) =>
      receivedBytes(() => parts.engine.duplex('images.save', { images: [...images], format: 'docker-archive' })),
  };
}

async function loadList({ engine, set }: Parts): Promise<void> {
  try {
    const images = await engine.call('images.list', {});
    set(() => ({ images, listError: undefined }));
  } catch (thrown) {
    set(() => ({ listError: toEngineError(thrown) }));
  }
}

async function loadDetails({ engine, set }: Parts, image: string): Promise<void> {
  try {
    const details = await engine.call('images.get', { image });
    set((state) => ({
      details: { ...state.details, [image]: details },
      detailErrors: without(state.detailErrors, image),
    }));
  } catch (thrown) {
    const error = toEngineError(thrown);
    set((state) => ({
      // Of an image that is gone nothing is true any more; of an engine that is away everything may still be.
      details: error.code === 'not-found' ? without(state.details, image) : state.details,
      detailErrors: { ...state.detailErrors, [image]: error },
    }));
  }
}

let uploads = 0;

/** Sends a file, and tells how much of it has gone for as long as that takes. */
async function uploaded<T>(
  { set }: Parts,
  file: File,
  send: (onSent: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const id = ++uploads;
  const change = (sent: number): void =>
    set((state) => ({ uploads: state.uploads.map((upload) => (upload.id === id ? { ...upload, sent } : upload)) }));
  set((state) => ({ uploads: [...state.uploads, { id, name: file.name, total: file.size, sent: 0 }] }));
  try {
    return await send(change);
  } finally {
    set((state) => ({ uploads: state.uploads.filter((upload) => upload.id !== id) }));
  }
}
