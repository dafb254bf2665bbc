import { request, type IncomingMessage } from 'node:http';

import { beforeAll, expect, test } from 'vitest';

import { ApiFuzzer, type FuzzedRequest } from '#engine/testing/api-fuzzer.ts';
import { DockerApiSchema } from '#engine/testing/docker-api-schema.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { fuzzRounds, fuzzSeed, SeededRandom } from '#engine/testing/seeded-random.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** How long a stream is listened to before its client goes. */
const PATIENCE_MS = 150;

/** The answer of whom the engine asks in its turn, and couldn't reach: 500 is Docker's too. */
const UNREACHED = /can't be reached|could not be asked/;

describeWith(['root', 'launcher', 'busybox', 'nftables'], 'requests made from the schema, each nearly right', () => {
  const { engine, image } = storyScene();
  let schema: DockerApiSchema;
  beforeAll(async () => {
    schema = await DockerApiSchema.read();
  });

  test('every one is answered, none with 500, by an engine that lives on', async () => {
    const random = new SeededRandom(fuzzSeed());
    const known = {
      name: [image, 'box', 'net', 'vol'],
      id: ['box', 'net', 'other'],
      Image: [image],
      container: ['box'],
    };
    const fuzzer = new ApiFuzzer(schema, random, known);
    const amiss: string[] = [];
    for (let round = 0; round < fuzzRounds(20); round += 1) {
      if (round % 10 === 0) await setScene();
      for (const operation of schema.operations) {
        const asked = fuzzer.request(operation);
        const { status, body } = await answerTo(asked);
        if (status >= 500 && ![501, 503].includes(status) && !UNREACHED.test(body)) {
          amiss.push(
            `${status} ${asked.method} ${asked.path.slice(0, 300)} ${asked.body?.toString().slice(0, 600) ?? ''}: ${body.slice(0, 400)}`,
          );
        }
      }
    }
    expect(amiss).toEqual([]);
    expect(engine.stderr).not.toContain('unexpectedly');
    expect((await engine.ask('/_ping')).status).toBe(200);
  });

  /** What a round may take away. */
  async function setScene(): Promise<void> {
    await engine.removeContainers();
    await engine.loadStory(image);
    const body = { Image: image, Cmd: ['sleep', '1000'] };
    await engine.ask('/containers/create?name=box', { method: 'POST', body });
    await engine.ask('/containers/box/start', { method: 'POST' });
    await engine.ask('/networks/create', { method: 'POST', body: { Name: 'net' } });
    await engine.ask('/volumes/create', { method: 'POST', body: { Name: 'vol' } });
  }

  /** Of what goes on a beginning. Status 0 is a connection that the engine closed without a word. */
  function answerTo({ method, path, headers, body }: FuzzedRequest): Promise<{ status: number; body: string }> {
    const { promise, resolve } = Promise.withResolvers<{ status: number; body: string }>();
    const asked = request({ socketPath: engine.socketPath, method, path, headers, agent: false });
    let said = '';
    let status = 0;
    const over = (): void => {
      clearTimeout(timer);
      asked.destroy();
      resolve({ status, body: said });
    };
    const timer = setTimeout(over, PATIENCE_MS);
    asked.on('response', (answer: IncomingMessage) => {
      status = answer.statusCode ?? 0;
      answer
        .setEncoding('utf8')
        .on('data', (text: string) => (said += text))
        .on('close', over);
    });
    asked.on('upgrade', over).on('error', over).end(body);
    return promise;
  }
});
