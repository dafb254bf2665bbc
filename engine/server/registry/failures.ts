import type { ServerResponse } from 'node:http';

import { EngineError, type ErrorCode, toEngineError } from '#engine/contract/errors.ts';

/** Codes of the distribution specification ("Error Codes") that are used here. */
export type RegistryCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'UNKNOWN';

/** A refusal in the distribution specification's terms. */
export class RegistryFailure extends Error {
  readonly status: number;
  readonly code: RegistryCode;

  constructor(status: number, code: RegistryCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegistryFailure';
    this.status = status;
    this.code = code;
  }
}

const others: Readonly<Partial<Record<ErrorCode, readonly [number, RegistryCode]>>> = {
  'invalid-argument': [400, 'NAME_INVALID'],
  'not-found': [404, 'MANIFEST_UNKNOWN'],
  corrupt: [400, 'MANIFEST_INVALID'],
  'too-large': [413, 'SIZE_INVALID'],
  unsupported: [405, 'UNSUPPORTED'],
  conflict: [400, 'DIGEST_INVALID'],
};

/** @returns what is worth a line in the log, if anything. */
export function answerFailure(error: unknown, response: ServerResponse): unknown {
  const failure = asRegistryFailure(error);
  if (response.headersSent) {
    // The client can tell this from an end.
    response.destroy();
  } else {
    const body = Buffer.from(JSON.stringify({ errors: [{ code: failure.code, message: failure.message }] }));
    const challenge = failure.status === 401 ? { 'www-authenticate': 'Basic realm="estrato"' } : {};
    // What wasn't read of the request would be taken for the next one.
    response.writeHead(failure.status, {
      'content-type': 'application/json',
      'content-length': body.length,
      connection: 'close',
      ...challenge,
    });
    response.end(body);
  }
  return failure.code === 'UNKNOWN' ? error : undefined;
}

function asRegistryFailure(error: unknown): RegistryFailure {
  if (error instanceof RegistryFailure) return error;
  const { code, message } = toEngineError(error);
  const [status, called] = others[code] ?? [500, 'UNKNOWN'];
  return new RegistryFailure(status, called, message, { cause: error });
}

/** An engine's refusal with another code than its usual one here. */
export function withCode(error: unknown, code: ErrorCode, as: readonly [number, RegistryCode]): unknown {
  if (!(error instanceof EngineError) || error.code !== code) return error;
  return new RegistryFailure(as[0], as[1], error.message, { cause: error });
}
