import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { EngineError, type ErrorCode, toEngineError } from '#engine/contract/errors.ts';

import { hasPlainErrors } from './api-version.ts';

/** The HTTP status of each code, as Docker answers it. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'not-modified': 304,
  'too-large': 413,
  'out-of-space': 500,
  corrupt: 500,
  unsupported: 501,
  unavailable: 500,
  cancelled: 500,
  internal: 500,
};

export function statusOf({ code }: EngineError): number {
  return statuses[code];
}

/** What was thrown, as the answer Docker's clients expect. @returns what is worth a line in the log, if anything. */
export function answerFailure(error: unknown, { originalUrl }: FastifyRequest, reply: FastifyReply): unknown {
  const failure = asEngineError(error);
  const status = statusOf(failure);
  // What is still being sent is read and thrown away: a connection closed on top of it would take the answer with it.
  if (status === 413) reply.removeHeader('connection');
  if (status === 304) void reply.code(status).send();
  else if (!hasPlainErrors(originalUrl)) void reply.code(status).send({ message: failure.message });
  else void reply.code(status).type('text/plain; charset=utf-8').send(`${failure.message}\n`);
  return failure.code === 'internal' ? error : undefined;
}

export function answerUnknownRoute(_request: FastifyRequest, reply: FastifyReply): void {
  void reply.code(404).send({ message: 'page not found' });
}

/** Checks what came in a body or a query. @throws EngineError `invalid-argument` naming the field. */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
  throw new EngineError('invalid-argument', `invalid JSON: ${where}: ${issue?.message ?? 'not understood'}`);
}

/**
 * Reads what a client sends: of that what can't be read is the client's fault, and not this machine's.
 * @param what the tar is that it was to be; nothing where the failure says so itself.
 */
export async function readSent<T>(what: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code, message } = toEngineError(cause);
    if (code !== 'corrupt') throw cause;
    throw new EngineError('invalid-argument', what === undefined ? message : `${what} is no tar: ${message}.`, {
      cause,
    });
  }
}

function asEngineError(error: unknown): EngineError {
  if (!(error instanceof EngineError) && isFastifyError(error)) {
    const { statusCode = 500 } = error;
    if (statusCode === 413) return new EngineError('too-large', 'The request body is too large.', { cause: error });
    if (statusCode < 500) return new EngineError('invalid-argument', error.message, { cause: error });
  }
  return toEngineError(error);
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}
