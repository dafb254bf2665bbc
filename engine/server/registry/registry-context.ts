import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ImageParts } from '#engine/image/image-parts.ts';

import type { Repositories } from './repositories.ts';
import type { Uploads } from './uploads.ts';

/** What every operation is given. */
export interface RegistryContext {
  readonly images: ImageParts;
  readonly repositories: Repositories;
  /** Undefined when nobody may push. */
  readonly uploads: Uploads | undefined;
  /** Fires when the registry closes. */
  readonly closing: AbortSignal;
}

/** One request, taken apart. */
export interface RegistryRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** `team/app`; empty for what is about no repository. */
  readonly name: string;
  /** A tag, a digest or an upload's id, by the operation. */
  readonly reference: string;
}

export type Operation = (context: RegistryContext, asked: RegistryRequest) => Promise<void> | void;
