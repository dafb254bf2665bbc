import type { Digest } from '#engine/contract/digest.ts';
import type { Reference } from '#engine/contract/reference.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { RegistrySettings } from './known-registries.ts';
import type { NamesPage, NamesWish } from './names-page.ts';
import type { KeepLogin, Keeping } from './own-logins.ts';
import type { FoundRepository, SearchWish } from './search-registry.ts';

/** What proves to a registry who is asking (Docker Engine API, `X-Registry-Auth`). */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token: exchanged at the registry's token server. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

export interface RegistryAccess {
  /** Without any, those of Docker's own configuration file are used, if it has some for this registry. */
  readonly credentials?: Credentials;
  /** Take any certificate, and plain HTTP where there is no HTTPS. Loopback registries are always treated so, as Docker does. */
  readonly insecure?: boolean;
  /** What is going to be done there, as token servers call it; to pull unless told. */
  readonly actions?: 'pull' | 'pull,push' | 'delete';
}

/** Bytes on their way to a registry. */
export interface UploadSource {
  /** Of stored bytes; what is made on its way is described when it has been sent. */
  readonly descriptor?: Pick<Descriptor, 'digest' | 'size'>;
  /** From the beginning, as often as it is asked for: always the same bytes. */
  open(): AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that the registry has by now. */
  readonly onProgress?: ((current: number) => void) | undefined;
}

/** A manifest or an index, as the registry sent it: `descriptor.digest` is the digest of `bytes`. */
export interface Document {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * One repository of one registry, for as long as one operation lasts: the way in (scheme, token) is found once.
 *
 * Interrupted transfers and passing failures are tried again with growing pauses; what still fails is an `EngineError`
 * whose sentence names the registry and what to do.
 */
export interface RemoteRepository {
  /** The digest a tag has now, if the registry says without sending the document. @throws EngineError `not-found`. */
  resolve(tag: string, signal?: AbortSignal): Promise<Digest | undefined>;
  /**
   * A manifest or index by tag or digest, at most 4 MiB.
   * @throws EngineError `not-found` in Docker's words, `unauthenticated`, `forbidden`, `unavailable`; `corrupt` when the
   * bytes don't match the digest asked for or announced; `too-large`; `unsupported`.
   */
  document(which: string, signal?: AbortSignal): Promise<Document>;
  /**
   * What says of itself that it is about a manifest: signatures, lists of what is in it, attestations. Nothing where the
   * registry knows of none.
   */
  referrers(digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;
  /** The bytes of a blob from `offset` on, unverified. An interrupted transfer goes on where it broke. */
  blob(descriptor: Descriptor, signal?: AbortSignal, offset?: number): AsyncIterable<Uint8Array>;
  /** Whether the repository has a blob or a manifest. */
  has(kind: 'blobs' | 'manifests', digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** Takes a blob over from another repository of the registry. @returns whether it did. */
  mount(digest: Digest, from: string, signal?: AbortSignal): Promise<boolean>;
  /**
   * Sends a blob; where the connection breaks, the next one goes on from what the registry has.
   * @returns what was sent. @throws EngineError.
   */
  upload(source: UploadSource, options?: UploadOptions): Promise<Pick<Descriptor, 'digest' | 'size'>>;
  /** Stores a manifest or index under a tag or its digest. @throws EngineError `corrupt` when the registry took it for another. */
  putDocument(which: string, document: Document, signal?: AbortSignal): Promise<void>;
  /**
   * Gives a manifest that the repository has one more tag, with one question and one request.
   * @returns false where it isn't there, or something that it names no longer is.
   */
  tagDocument(tag: string, document: Document, signal?: AbortSignal): Promise<boolean>;
  /** Its tags, in the registry's order. @throws EngineError `not-found` where there is no such repository. */
  tags(wish?: NamesWish): Promise<NamesPage>;
  /** Takes a tag away and leaves what it leads to. @returns false where the registry can only remove whole manifests. */
  deleteTag(tag: string, signal?: AbortSignal): Promise<boolean>;
  /** Removes a manifest or index with its tags. @throws EngineError `unsupported` where the registry doesn't do that. */
  deleteDocument(digest: Digest, signal?: AbortSignal): Promise<void>;
}

/** A registry that a login is kept for; never the secret itself. */
export interface RegistryLogin {
  readonly registry: string;
  /** Not known of tokens, nor of what a program keeps. */
  readonly username?: string;
  /** `foreign`: in a file of docker's or podman's, which is read and never written. */
  readonly kept: Keeping | 'foreign';
}

/** Registries over HTTP (OCI distribution specification). */
export interface RegistryClient {
  repository(reference: Reference, access?: RegistryAccess): RemoteRepository;
  /** Asks a registry whether it takes these credentials. @throws EngineError `unauthenticated` when it doesn't, `unavailable`. */
  login(registry: string, credentials: Credentials, access?: RegistryAccess): Promise<void>;
  /** The same, and keeps them for whatever is asked of it from now on. @returns where. */
  keepLogin(registry: string, credentials: Credentials, how?: KeepLogin): Promise<Keeping>;
  /** From a desktop's keychain, for as long as the engine runs: what is sealed with it can be read, and more be sealed. @param key of 32 bytes. */
  lendLoginKey(key: Uint8Array): void;
  /** @throws EngineError `not-found` when this engine keeps none for it. */
  forgetLogin(registry: string): Promise<void>;
  /** By name; one's own before others' of the same registry. */
  logins(): Promise<readonly RegistryLogin[]>;
  /** Of those about which somebody has said something, by name. */
  settings(): readonly (readonly [registry: string, settings: RegistrySettings])[];
  /** What is given replaces what was said; undefined takes it back. */
  configure(registry: string, settings: RegistrySettings): Promise<RegistrySettings>;
  /** All repositories, where a registry tells. @throws EngineError `unsupported` where it doesn't. */
  repositories(registry: string, wish?: NamesWish): Promise<NamesPage>;
  /** @throws EngineError `unsupported` where there is nothing to search in. */
  search(registry: string, wish: SearchWish): Promise<readonly FoundRepository[]>;
}
