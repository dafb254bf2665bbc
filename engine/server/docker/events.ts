import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import type { EngineEvent } from '#engine/contract/event.ts';

import type { DockerContext, Routes } from './context.ts';
import { dockerEvent, EVENT_FILTERS, isWantedEvent } from './event-body.ts';
import { parseInput } from './failures.ts';
import { moment, parseFilters, text, type Filters } from './query.ts';
import { sendStream } from './send-stream.ts';

export const eventRoutes: Routes = (app, context) => {
  app.get('/events', (request, reply) => events(context, request.query, reply));
};

const eventsQuery = z.object({ since: moment, until: moment, filters: text });

async function events({ engine, closing }: DockerContext, query: unknown, reply: FastifyReply): Promise<void> {
  const { since, until, filters } = parseInput(eventsQuery, query);
  const wanted = parseFilters(filters, EVENT_FILTERS);
  await sendStream(reply, { contentType: 'application/json', closing }, (leaving) => {
    const patience = until === undefined ? leaving : AbortSignal.any([leaving, untilMoment(until)]);
    const source = engine.events.subscribe({ signal: patience, ...(since === undefined ? {} : { sinceMs: since }) });
    return eventLines(source, { wanted, until });
  });
}

/** AbortSignal.timeout takes 32 bits: who waits longer than that asks again. */
function untilMoment(until: number): AbortSignal {
  return AbortSignal.timeout(Math.min(Math.max(0, until - Date.now()), 2 ** 31 - 1));
}

async function* eventLines(
  source: AsyncIterable<EngineEvent>,
  { wanted, until }: { readonly wanted: Filters; readonly until: number | undefined },
): AsyncGenerator<string> {
  for await (const event of source) {
    if (until !== undefined && event.time > until) return;
    if (isWantedEvent(event, wanted)) yield `${JSON.stringify(dockerEvent(event))}\n`;
  }
}
