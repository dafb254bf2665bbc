import type { ErrorCode } from '#engine/contract/errors.ts';

/** gRPC's status codes (github.com/grpc/grpc, `doc/statuscodes.md`), as far as a sentence of ours differs by them. */
const codes: readonly (readonly [status: string, code: ErrorCode])[] = [
  ['1', 'cancelled'],
  ['3', 'invalid-argument'],
  ['5', 'not-found'],
  ['7', 'forbidden'],
  ['12', 'unsupported'],
  ['14', 'unavailable'],
  ['16', 'unauthenticated'],
];

/** Of what the other end says that we know no better. */
const UNKNOWN = '2';

export function codeOfStatus(status: string): ErrorCode {
  return codes.find(([known]) => known === status)?.[1] ?? 'unavailable';
}

export function statusOfCode(code: ErrorCode): string {
  return codes.find(([, known]) => known === code)?.[0] ?? UNKNOWN;
}
