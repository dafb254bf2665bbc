import { arch } from 'node:os';

import type { FastifyReply } from 'fastify';

import type { Engine } from '#engine/server/engine.ts';

import { MIN_API_VERSION, newestFor } from './api-version.ts';
import type { Routes } from './context.ts';
import { dockerInfo } from './info.ts';

export const systemRoutes: Routes = (app, context) => {
  const { engine } = context;
  app.get('/_ping', (_request, reply) => ping(reply));
  app.head('/_ping', (_request, reply) => ping(reply));
  app.get('/version', ({ headers }) => version(engine, newestFor(headers['user-agent'])));
  app.get('/info', ({ originalUrl }) => dockerInfo(engine, originalUrl));
};

function ping(reply: FastifyReply): FastifyReply {
  return reply
    .headers({
      'cache-control': 'no-cache, no-store, must-revalidate',
      pragma: 'no-cache',
      // What clients before 23 build by unless told otherwise: by BuildKit's protocol only folders are taken yet.
      'builder-version': '1',
      swarm: 'inactive',
      'content-type': 'text/plain; charset=utf-8',
    })
    .send('OK');
}

/** `SystemVersion` of the Docker Engine API. */
export interface DockerVersion {
  readonly Platform: { readonly Name: string };
  readonly Components: {
    readonly Name: string;
    readonly Version: string;
    readonly Details: Readonly<Record<string, string>>;
  }[];
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly GitCommit: string;
  readonly GoVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly KernelVersion: string;
  readonly Experimental: boolean;
  readonly BuildTime: string;
}

async function version(engine: Engine, apiVersion: string): Promise<DockerVersion> {
  const { kernelVersion } = await engine.info();
  const details = {
    ApiVersion: apiVersion,
    MinAPIVersion: MIN_API_VERSION,
    Arch: goArch(),
    BuildTime: '',
    Experimental: 'false',
    GitCommit: '',
    GoVersion: '',
    KernelVersion: kernelVersion,
    Os: 'linux',
  };
  return {
    Platform: { Name: 'Estrato' },
    Components: [{ Name: 'Engine', Version: engine.version, Details: details }],
    ...details,
    Version: engine.version,
    Experimental: false,
  };
}

/** Go's names of architectures, which Docker's clients print. */
function goArch(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return names[arch()] ?? arch();
}
