import type { FastifyReply } from 'fastify';

import { Queue } from '#engine/async/queue.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';
import { sendStream } from '#engine/server/docker/send-stream.ts';

import { StatusResponse, type BuildStatus } from './messages.ts';
import { sessionBuild, type SessionTask } from './session-build.ts';

/** `POST /build?version=2` of the Docker Engine API: what becomes of the steps, each time something does. */
export async function answerSessionBuild(
  context: DockerContext,
  reply: FastifyReply,
  task: SessionTask,
): Promise<void> {
  const { closing } = context;
  await sendStream(reply, { contentType: 'application/json', closing }, (signal) => {
    const lines = new Queue<string>();
    const tell = (status: BuildStatus): void =>
      lines.push(
        line({ id: 'moby.buildkit.trace', aux: Buffer.from(StatusResponse.encode(status)).toString('base64') }),
      );
    sessionBuild(context, task, { tell, signal })
      .then((image) => {
        if (image !== undefined) lines.push(line({ id: 'moby.image.id', aux: { ID: image } }));
      })
      .catch((error: unknown) => {
        const { message } = toEngineError(error);
        lines.push(line({ errorDetail: { message }, error: message }));
      })
      .finally(() => lines.end());
    return lines;
  });
}

function line(message: object): string {
  return `${JSON.stringify(message)}\r\n`;
}
