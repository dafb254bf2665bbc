import { createStore, type StoreApi } from 'zustand/vanilla';

import type { ImageAttestations } from '#engine/contract/attestation.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { PackagePage } from '#engine/contract/package.ts';

import { load, type Loaded } from './loaded.ts';

/** What one image holds, by its own files and by what is said of it. */
export interface ImageContentsState {
  readonly image: string | undefined;
  /** What its name led to. */
  readonly id: string | undefined;
  readonly packages: Loaded<PackagePage> | undefined;
  readonly attestations: Loaded<ImageAttestations> | undefined;
  /** Texts of the statements that were asked for. */
  readonly statements: Readonly<Record<Digest, Loaded<string>>>;
  /** @param image a hash or a name; its index goes by the name. @returns stops asking. */
  readonly follow: (image: string, id: string) => () => void;
  /** @returns stops asking. */
  readonly read: (statement: Digest) => () => void;
  /** The packages as an SPDX document. */
  readonly sbom: (image: string) => AsyncIterable<Uint8Array>;
}

export type ImageContentsStore = StoreApi<ImageContentsState>;

export function createImageContentsStore(engine: EngineClient): ImageContentsStore {
  return createStore<ImageContentsState>()((set, get) => ({
    image: undefined,
    id: undefined,
    packages: undefined,
    attestations: undefined,
    statements: {},
    follow: (image, id) => {
      const leaving = new AbortController();
      const { signal } = leaving;
      const isKnown = get().image === image && get().id === id && get().packages?.status === 'shown';
      if (!isKnown) set({ image, id, packages: undefined, attestations: undefined, statements: {} });
      // What is said of an image may be another thing each time that its name is built anew; what is in it never is.
      void load(
        () => engine.call('images.attestations', { image }, signal),
        (attestations) => set({ attestations }),
        signal,
      );
      if (!isKnown)
        void load(
          () => allPackages(engine, image, signal),
          (packages) => set({ packages }),
          signal,
        );
      return () => leaving.abort();
    },
    read: (digest) => {
      const leaving = new AbortController();
      const { signal } = leaving;
      const { image = '', statements } = get();
      if (statements[digest]?.status === 'shown') return () => leaving.abort();
      void load(
        () => joined(engine.stream('images.attestation', { image, digest }, signal)),
        (statement) => set({ statements: { ...get().statements, [digest]: statement } }),
        signal,
      );
      return () => leaving.abort();
    },
    sbom: async function* (image) {
      const encoder = new TextEncoder();
      for await (const piece of engine.stream('inspect.sbom', { image })) yield encoder.encode(piece);
    },
  }));
}

async function allPackages(engine: EngineClient, image: string, signal: AbortSignal): Promise<PackagePage> {
  const all: PackagePage = { packages: [], unread: [] };
  for await (const { packages, ...rest } of engine.stream('inspect.packages', { image }, signal)) {
    all.packages.push(...packages);
    Object.assign(all, rest);
  }
  return all;
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  return (await Array.fromAsync(pieces)).join('');
}
