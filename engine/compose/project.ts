import { EngineError } from '#engine/contract/errors.ts';

import type { ComposeFile, NetworkFacts, Service, VolumeFacts } from './compose-file.ts';

/** A Compose file as it is to be run. */
export interface Project {
  readonly name: string;
  /** Where paths begin, absolute. */
  readonly folder: string;
  readonly files: readonly string[];
  /** Those that are wanted, each after those it depends on. */
  readonly services: readonly NamedService[];
  readonly networks: ReadonlyMap<string, Named<NetworkFacts>>;
  readonly volumes: ReadonlyMap<string, Named<VolumeFacts>>;
}

export interface NamedService {
  readonly service: string;
  readonly said: Service;
}

/** Something of a file under the name that the engine has for it. */
export interface Named<Facts> {
  readonly name: string;
  readonly facts: Facts;
}

export interface ProjectWish {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  /** Profiles that are on; a service without one is always on. */
  readonly profiles: readonly string[];
  /** Only these and what they depend on; all when empty. */
  readonly services: readonly string[];
}

/** @throws EngineError `invalid-argument` for names that lead nowhere, and for services that wait for one another. */
export function projectOf(file: ComposeFile, wish: ProjectWish): Project {
  const isOn = (name: string): boolean => {
    const { profiles = [] } = file.services[name] ?? {};
    return profiles.length === 0 || profiles.some((profile) => wish.profiles.includes(profile));
  };
  const wanted = wish.services.length > 0 ? wish.services : Object.keys(file.services).filter(isOn);
  const services = inOrder(file, wanted);
  const { networks, volumes } = used(file, services, wish.name);
  return { name: wish.name, folder: wish.folder, files: wish.files, services, networks, volumes };
}

/** Each after those it depends on. */
function inOrder({ services }: ComposeFile, wanted: readonly string[]): NamedService[] {
  const ordered = new Map<string, Service>();
  const visit = (name: string, way: readonly string[]): void => {
    const said = services[name];
    if (said === undefined) throw new EngineError('invalid-argument', missing('service', name, way));
    if (way.includes(name)) {
      throw new EngineError('invalid-argument', `services wait for one another: ${[...way, name].join(' -> ')}`);
    }
    if (ordered.has(name)) return;
    for (const [other, { required }] of Object.entries(said.depends_on ?? {})) {
      if (required || services[other] !== undefined) visit(other, [...way, name]);
    }
    if (said.image === undefined && said.build === undefined) {
      throw new EngineError('invalid-argument', `the service ${name} has neither an image nor a build`);
    }
    ordered.set(name, said);
  };
  for (const name of wanted) visit(name, []);
  return [...ordered].map(([service, said]) => ({ service, said }));
}

/** The networks and volumes of these services; each of them has to be described. */
function used(
  file: ComposeFile,
  services: readonly NamedService[],
  project: string,
): Pick<Project, 'networks' | 'volumes'> {
  const networks = new Map<string, Named<NetworkFacts>>();
  const volumes = new Map<string, Named<VolumeFacts>>();
  for (const { service, said } of services) {
    for (const key of networksOf(said)) {
      const facts = file.networks[key] ?? (key === 'default' ? {} : undefined);
      if (facts === undefined) throw new EngineError('invalid-argument', missing('network', key, [service]));
      networks.set(key, { name: nameOf(facts, project, key), facts });
    }
    for (const key of volumesOf(said)) {
      const facts = file.volumes[key];
      if (facts === undefined) throw new EngineError('invalid-argument', missing('volume', key, [service]));
      volumes.set(key, { name: nameOf(facts, project, key), facts });
    }
  }
  return { networks, volumes };
}

function nameOf(facts: NetworkFacts | VolumeFacts, project: string, key: string): string {
  return facts.name ?? (facts.external === true ? key : `${project}_${key}`);
}

/** By their keys; none where the service is on another's, or the machine's. */
export function networksOf({ networks, network_mode: mode }: Service): readonly string[] {
  if (mode !== undefined) return [];
  const keys = Object.keys(networks ?? {});
  return keys.length === 0 ? ['default'] : keys;
}

/** By their keys: sources that are no paths. */
function volumesOf({ volumes = [] }: Service): readonly string[] {
  return volumes.flatMap((mount) => {
    if (typeof mount !== 'string') return mount.type === 'volume' && mount.source !== undefined ? [mount.source] : [];
    const [source = '', target] = mount.split(':');
    return target === undefined || isPath(source) ? [] : [source];
  });
}

export function isPath(source: string): boolean {
  return /^[./~]/.test(source);
}

function missing(kind: string, name: string, way: readonly string[]): string {
  const from = way.at(-1);
  return `there is no ${kind} ${name}${from === undefined ? '' : `, which the service ${from} needs`}`;
}

/** A project's name as Docker's Compose makes it of a folder's. */
export function projectName(folder: string): string {
  const name = folder.split('/').at(-1) ?? '';
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '') || 'default'
  );
}
