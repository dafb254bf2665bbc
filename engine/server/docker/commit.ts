import { z } from 'zod';

import { commitContainer } from '#engine/container/commit-container.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference, type Reference } from '#engine/contract/reference.ts';

import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { text } from './query.ts';
import { clientSignal } from './send-stream.ts';

const commitQuery = z.object({
  container: z.string(),
  repo: text,
  tag: text,
  comment: text,
  author: text,
  pause: text.transform((value) => value === undefined || !['0', 'false', 'no'].includes(value.toLowerCase())),
  changes: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => (typeof value === 'string' ? [value] : (value ?? []))),
});

export const commitRoutes: Routes = (app, { engine, closing }) => {
  app.post('/commit', async ({ query }, reply) => {
    const { container, repo = '', tag = '', ...words } = parseInput(commitQuery, query);
    const request = { ...words, reference: referenceOf(repo, tag) };
    const { id } = await commitContainer(engine.containers, container, request, clientSignal(reply, closing));
    return reply.code(201).send({ Id: id });
  });
};

function referenceOf(repo: string, tag: string): Reference | undefined {
  if (repo === '') return undefined;
  const reference = parseReference(tag === '' ? repo : `${repo}:${tag}`);
  if (reference.digest === undefined) return reference;
  throw new EngineError('invalid-argument', 'refusing to create a tag with a digest reference');
}
