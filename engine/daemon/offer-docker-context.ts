import { EngineError } from '#engine/contract/errors.ts';
import type { DockerContext } from '#engine/contract/system.ts';
import { DockerContextFile } from '#engine/docker-context/docker-context.ts';

/**
 * What an engine does for docker's command line of whoever runs it.
 * @param host of its unix socket; undefined where it has ports only, which want certificates.
 */
export function offerDockerContext(host: string | undefined): (isOn?: boolean) => Promise<DockerContext> {
  const file = new DockerContextFile();
  return async (isOn) => {
    if (host === undefined) {
      const sentence =
        'This engine has no unix socket, and a port wants certificates: make a context with "docker context create".';
      throw new EngineError('unsupported', sentence);
    }
    if (isOn === true) await file.make(host);
    if (isOn === false) await file.remove();
    const leadsTo = await file.host();
    return { name: file.name, path: file.path, host, ...(leadsTo === undefined ? {} : { leadsTo }) };
  };
}
