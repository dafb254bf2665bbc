import { RegistryFailure } from './failures.ts';
import {
  beginUpload,
  cancelUpload,
  continueUpload,
  deleteManifest,
  finishUpload,
  putManifest,
  uploadStatus,
} from './push-operations.ts';
import { base, blob, catalog, manifest, referrers, tags } from './read-operations.ts';
import type { Operation } from './registry-context.ts';

interface Route {
  readonly path: RegExp;
  readonly methods: Readonly<Partial<Record<string, Operation>>>;
}

const NAME = '(?<name>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)';
const REFERENCE = String.raw`(?<reference>\w[\w.-]{0,127}|sha256:[0-9a-f]{64})`;

/** Distribution specification, "Endpoints". */
const routes: readonly Route[] = [
  { path: /^\/v2\/?$/, methods: { GET: base, HEAD: base } },
  { path: /^\/v2\/_catalog$/, methods: { GET: catalog } },
  { path: new RegExp(`^/v2/${NAME}/tags/list$`), methods: { GET: tags } },
  {
    path: new RegExp(`^/v2/${NAME}/manifests/${REFERENCE}$`),
    methods: { GET: manifest, HEAD: manifest, PUT: putManifest, DELETE: deleteManifest },
  },
  { path: new RegExp(`^/v2/${NAME}/referrers/${REFERENCE}$`), methods: { GET: referrers } },
  { path: new RegExp(`^/v2/${NAME}/blobs/uploads/?$`), methods: { POST: beginUpload } },
  {
    path: new RegExp(`^/v2/${NAME}/blobs/uploads/(?<reference>[0-9a-f-]{36})$`),
    methods: { GET: uploadStatus, PATCH: continueUpload, PUT: finishUpload, DELETE: cancelUpload },
  },
  { path: new RegExp(`^/v2/${NAME}/blobs/(?<reference>[^/]{1,256})$`), methods: { GET: blob, HEAD: blob } },
];

/** Longer than any name may be. */
const MAX_PATH = 1024;

export interface FoundOperation {
  readonly operation: Operation;
  readonly name: string;
  readonly reference: string;
}

/** @throws RegistryFailure for what the specification has no endpoint for, or this registry no operation. */
export function findOperation(method: string, path: string): FoundOperation {
  for (const { path: pattern, methods } of path.length > MAX_PATH ? [] : routes) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const operation = methods[method];
    if (operation === undefined) {
      throw new RegistryFailure(405, 'UNSUPPORTED', `This registry has no ${method} there.`);
    }
    return { operation, name: found.groups?.['name'] ?? '', reference: found.groups?.['reference'] ?? '' };
  }
  throw new RegistryFailure(
    404,
    'NAME_INVALID',
    'A registry has nothing by that path; see the distribution specification.',
  );
}
