/** Something about a Dockerfile that its author should know. An `error` means that it can't be built. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** BuildKit's name of the rule (docs.docker.com, "Build checks"); absent for what is simply wrong. */
  readonly rule?: string;
  /** One sentence. */
  readonly message: string;
  /** From 1, in the file as it was given. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The last line it concerns. */
  readonly endLine: number;
}

/** Where in the file something stands. */
export type Place = Pick<Problem, 'line' | 'endLine'> & { readonly column?: number };

/** What makes a Dockerfile unbuildable, at its line. */
export function errorAt(place: Place, message: string): Problem {
  return { severity: 'error', message, line: place.line, column: place.column ?? 1, endLine: place.endLine };
}

/** Thrown by whoever reads a part of a line; the reader of the whole file turns it into a problem with its place. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}
