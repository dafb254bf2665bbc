import { DockerHttp } from '#engine/client/docker-http.ts';
import { socketPathOfHost } from '#engine/client/default-paths.ts';
import { placeOf, type PlaceOptions } from '#engine/cli/place-options.ts';
import { toEngineError } from '#engine/contract/errors.ts';

/**
 * Asks the engine by the Docker API. It is asked at once; only where nobody answers is one looked for, or started for the
 * question, with all that takes.
 */
export async function withDocker(
  options: PlaceOptions,
  ask: (docker: DockerHttp, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const docker = new DockerHttp(socketPathOfHost(placeOf(options).host));
  if (await answers(docker)) return ask(docker, new AbortController().signal);
  const { withEngine } = await import('#engine/cli/with-engine.ts');
  return withEngine(options, (_engine, signal) => ask(docker, signal));
}

async function answers(docker: DockerHttp): Promise<boolean> {
  try {
    (await docker.open('GET', '/_ping')).resume();
    return true;
  } catch (error) {
    const told = toEngineError(error);
    if (told.code === 'unavailable') return false;
    throw told;
  }
}
