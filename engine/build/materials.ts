import { digestHex } from '#engine/contract/digest.ts';
import { canonicalRepository, parseReference } from '#engine/contract/reference.ts';
import { repoDigestOf } from '#engine/image/image-records.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { BaseImage } from './base-image.ts';
import type { GitPlace } from './git-place.ts';
import { imageUrl } from './image-url.ts';

/** Something that went into a build from elsewhere (slsa.dev/spec/v1.0/provenance, ResourceDescriptor). */
export interface Material {
  readonly uri: string;
  /** Hex by the name of the hash. */
  readonly digest: Readonly<Record<string, string>>;
}

/** What went into one image, each once. */
export class Materials {
  readonly #all = new Map<string, Material>();

  note(material: Material): void {
    this.#all.set(material.uri, material);
  }

  get all(): readonly Material[] {
    return [...this.#all.values()];
  }
}

/** By the digest that its registry has for it, or where it never was in one by its id. @param name as the Dockerfile has it. */
export function imageMaterial(database: Database, name: string, { id, state }: BaseImage): Material {
  const reference = parseReference(name);
  const { os, architecture, variant } = state.document;
  const platform = [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
  const there = id === undefined ? undefined : repoDigestOf(database, id, canonicalRepository(reference));
  const digest = reference.digest ?? there ?? id;
  return { uri: imageUrl(reference, platform), digest: digest === undefined ? {} : { sha256: digestHex(digest) } };
}

export function fileMaterial(url: string, sha256: string): Material {
  return { uri: withoutLogin(url), digest: { sha256 } };
}

export function gitMaterial({ url, ref }: GitPlace, commit: string): Material {
  const hash = commit.length === 64 ? 'sha256' : 'sha1';
  return { uri: `${withoutLogin(url)}${ref === undefined ? '' : `#${ref}`}`, digest: { [hash]: commit } };
}

/** What is said of a build is for everybody, and some addresses have a password in them. */
function withoutLogin(address: string): string {
  return address.replace(/^([\w+-]+:\/\/)[^/@]*@/, '$1');
}
