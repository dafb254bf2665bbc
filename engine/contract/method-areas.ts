import type { MethodName, Methods } from './methods.ts';

/** The part of the table that a method is in, by the word before its dot. */
const areas: { readonly [prefix: string]: () => Promise<Partial<Methods>> } = {
  builds: async () => (await import('./methods/builds.ts')).buildMethods,
  dockerfiles: async () => (await import('./methods/builds.ts')).buildMethods,
  containers: async () => (await import('./methods/containers.ts')).containerMethods,
  images: async () => (await import('./methods/images.ts')).imageMethods,
  inspect: async () => (await import('./methods/inspect.ts')).inspectMethods,
  jobs: async () => (await import('./methods/jobs.ts')).jobMethods,
  layers: async () => (await import('./methods/layers.ts')).layerMethods,
  networks: async () => (await import('./methods/networks.ts')).networkMethods,
  registries: async () => (await import('./methods/registries.ts')).registryMethods,
  registry: async () => (await import('./methods/registries.ts')).registryMethods,
  system: async () => (await import('./methods/system.ts')).systemMethods,
  trash: async () => (await import('./methods/trash.ts')).trashMethods,
  volumes: async () => (await import('./methods/volumes.ts')).volumeMethods,
};

/**
 * A method of the table, without the rest of it: making the shapes of all methods takes longer than most commands ask an
 * engine.
 */
export async function findMethod<N extends MethodName>(name: N): Promise<Methods[N]> {
  const area = await areas[name.slice(0, name.indexOf('.'))]?.();
  const method = area?.[name];
  if (method === undefined) throw new Error(`the method ${name} is in no area of the table`);
  return method;
}
