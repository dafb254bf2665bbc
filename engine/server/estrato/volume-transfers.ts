import { z } from 'zod';

import type { Routes } from '#engine/server/docker/context.ts';
import { parseInput } from '#engine/server/docker/failures.ts';
import { text } from '#engine/server/docker/query.ts';
import { sendStream } from '#engine/server/docker/send-stream.ts';
import { exportVolume } from '#engine/volume/export-volume.ts';
import { importVolume } from '#engine/volume/import-volume.ts';

interface ByName {
  Params: { name: string };
}

/** Volumes as tars over plain HTTP, for whoever has `curl --unix-socket` and a pipe. */
export const volumeTransferRoutes: Routes = (app, { engine, closing }) => {
  const { volumes } = engine.containers;
  app.get<ByName>('/estrato/v1/volumes/:name/tar', async ({ params, query }, reply) => {
    const { point } = parseInput(z.object({ point: text }), query);
    const tar = await exportVolume(volumes, params.name, point);
    await sendStream(reply, { contentType: 'application/x-tar', closing }, () => tar);
  });
  app.put<ByName>('/estrato/v1/volumes/:name/tar', async ({ params, raw }, reply) => {
    const { name } = await importVolume(volumes, { name: params.name, source: raw });
    return reply.code(201).send({ name });
  });
};
