import type { z } from 'zod';

import { buildMethods } from './methods/builds.ts';
import { containerMethods } from './methods/containers.ts';
import { imageMethods } from './methods/images.ts';
import { inspectMethods } from './methods/inspect.ts';
import { jobMethods } from './methods/jobs.ts';
import { layerMethods } from './methods/layers.ts';
import { networkMethods } from './methods/networks.ts';
import { registryMethods } from './methods/registries.ts';
import { systemMethods } from './methods/system.ts';
import { trashMethods } from './methods/trash.ts';
import { volumeMethods } from './methods/volumes.ts';

/**
 * The one table of what can be asked of an engine. The client, the engine's handlers and the preload's list are
 * derived from it: a method without a handler does not compile.
 */
export const methods = {
  ...systemMethods,
  ...jobMethods,
  ...imageMethods,
  ...registryMethods,
  ...layerMethods,
  ...buildMethods,
  ...inspectMethods,
  ...containerMethods,
  ...volumeMethods,
  ...networkMethods,
  ...trashMethods,
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;
type Named<K extends string> = { [N in MethodName]: Methods[N] extends { kind: K } ? N : never }[MethodName];
export type CallName = Named<'call'>;
export type StreamName = Named<'stream'>;
export type DuplexName = Named<'duplex'>;

export type Params<N extends MethodName> = z.infer<Methods[N]['params']>;
export type Answer<N extends CallName | DuplexName> = z.infer<Methods[N]['answer']>;
export type Item<N extends StreamName> = z.infer<Methods[N]['item']>;
export type Up<N extends DuplexName> = z.infer<Methods[N]['up']>;
export type Down<N extends DuplexName> = z.infer<Methods[N]['down']>;
