import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { labels } from '#engine/compose/labels.ts';
import type { NamedService, Project } from '#engine/compose/project.ts';
import { imageOf } from '#engine/compose/service-body.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { CreateBody } from '#engine/run-options/create-body.ts';

import { bodyOf, type LoadedProject } from './load-project.ts';
import { projectContainers, type ProjectContainer } from './project-containers.ts';

export interface UpOptions {
  /** How many containers of a service, instead of what the file says. */
  readonly scale: ReadonlyMap<string, number>;
  readonly forceRecreate: boolean;
  readonly noRecreate: boolean;
  /** Whether containers of services that the file doesn't have go. */
  readonly removeOrphans: boolean;
  readonly noStart: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Makes the engine have what the file says: what is so already is left alone, what differs is made anew. Nothing is
 * remembered beside labels, so that whatever ended the last attempt, the next one goes on from what is there.
 */
export async function bringUp(docker: DockerHttp, loaded: LoadedProject, options: UpOptions): Promise<void> {
  const { project } = loaded;
  await makeNetworks(docker, project, options);
  await makeVolumes(docker, project, options);
  const there = await projectContainers(docker, project.name);
  for (const named of project.services) {
    // What isn't started becomes nothing that could be waited for.
    if (!options.noStart) await awaitDependencies(docker, project, named);
    await bringServiceUp(docker, loaded, { named, there, options });
  }
  const known = new Set(project.services.map(({ service }) => service));
  const orphans = there.filter(({ service }) => !known.has(service));
  if (options.removeOrphans) for (const { Id, name } of orphans) await removeContainer(docker, { Id, name }, options);
}

interface ServiceUp {
  readonly named: NamedService;
  readonly there: readonly ProjectContainer[];
  readonly options: UpOptions;
}

const created = z.object({ Id: z.string() });
const imageFacts = z.object({ Id: z.string() });

async function bringServiceUp(docker: DockerHttp, loaded: LoadedProject, up: ServiceUp): Promise<void> {
  const { named, there, options } = up;
  const body = await bodyOf(loaded, named);
  const image = imageFacts.parse(await docker.ask('GET', `/images/${imageOf(loaded.project, named)}/json`)).Id;
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const own = there.filter(({ service }) => service === named.service);
  const count = options.scale.get(named.service) ?? replicasOf(named);
  for (const spare of own.filter(({ number }) => number > count)) await removeContainer(docker, spare, options);
  for (let number = 1; number <= count; number += 1) {
    const known = own.find((container) => container.number === number);
    const isKept = known !== undefined && mayStay(known, { hash, image }, options);
    const name = known?.name ?? containerName(loaded.project, named, number);
    if (known !== undefined && !isKept) await removeContainer(docker, known, options);
    const id = isKept ? known.Id : await make(docker, labelled(body, { hash, number }), { name, options });
    if (!options.noStart) await start(docker, { id, name, isRunning: isKept && known.State === 'running' }, options);
  }
}

function replicasOf({ said: { scale, deploy } }: NamedService): number {
  return scale ?? deploy?.replicas ?? 1;
}

/** Whether a container is what would be made of the file now. */
function mayStay(
  known: ProjectContainer,
  wanted: { readonly hash: string; readonly image: string },
  { forceRecreate, noRecreate }: UpOptions,
): boolean {
  if (forceRecreate) return false;
  return noRecreate || (known.hash === wanted.hash && known.ImageID === wanted.image);
}

async function start(
  docker: DockerHttp,
  { id, name, isRunning }: { readonly id: string; readonly name: string; readonly isRunning: boolean },
  { tell }: UpOptions,
): Promise<void> {
  if (isRunning) return;
  await docker.ask('POST', `/containers/${id}/start`);
  tell(`Container ${name}  Started`);
}

function containerName({ name }: Project, { service, said }: NamedService, number: number): string {
  return said.container_name ?? `${name}-${service}-${number}`;
}

function labelled(body: CreateBody, { hash, number }: { readonly hash: string; readonly number: number }): CreateBody {
  return { ...body, Labels: { ...body.Labels, [labels.hash]: hash, [labels.number]: String(number) } };
}

async function make(
  docker: DockerHttp,
  body: CreateBody,
  { name, options }: { readonly name: string; readonly options: UpOptions },
): Promise<string> {
  const { Id } = created.parse(await docker.ask('POST', '/containers/create', { query: { name }, body }));
  options.tell(`Container ${name}  Created`);
  return Id;
}

/** Asked to end first, as it would be by hand. */
export async function removeContainer(
  docker: DockerHttp,
  { Id, name }: { readonly Id: string; readonly name: string },
  { tell, timeout, volumes = false }: { tell: (line: string) => void; timeout?: string | undefined; volumes?: boolean },
): Promise<void> {
  try {
    await docker.ask('POST', `/containers/${Id}/stop`, { query: { t: timeout } });
    await docker.ask('DELETE', `/containers/${Id}`, { query: { force: true, v: volumes } });
  } catch (error) {
    // Somebody else was faster.
    if (toEngineError(error).code !== 'not-found') throw error;
  }
  tell(`Container ${name}  Removed`);
}

async function makeNetworks(docker: DockerHttp, project: Project, { tell }: UpOptions): Promise<void> {
  for (const [key, { name, facts }] of project.networks) {
    if (await isThere(docker, `/networks/${encodeURIComponent(name)}`)) continue;
    if (facts.external === true) throw external('network', name);
    const body = {
      Name: name,
      Driver: facts.driver,
      Internal: facts.internal,
      Attachable: facts.attachable,
      EnableIPv6: facts.enable_ipv6,
      Options: facts.driver_opts,
      IPAM: {
        Driver: facts.ipam?.driver,
        Config: facts.ipam?.config?.map(({ subnet, gateway, ip_range: range }) => ({
          Subnet: subnet,
          Gateway: gateway,
          IPRange: range,
        })),
      },
      Labels: { ...facts.labels, [labels.project]: project.name, [labels.network]: key },
    };
    await docker.ask('POST', '/networks/create', { body });
    tell(`Network ${name}  Created`);
  }
}

async function makeVolumes(docker: DockerHttp, project: Project, { tell }: UpOptions): Promise<void> {
  for (const [key, { name, facts }] of project.volumes) {
    if (await isThere(docker, `/volumes/${encodeURIComponent(name)}`)) continue;
    if (facts.external === true) throw external('volume', name);
    const own = { [labels.project]: project.name, [labels.volume]: key };
    const body = {
      Name: name,
      Driver: facts.driver,
      DriverOpts: facts.driver_opts,
      Labels: { ...facts.labels, ...own },
    };
    await docker.ask('POST', '/volumes/create', { body });
    tell(`Volume ${name}  Created`);
  }
}

async function isThere(docker: DockerHttp, path: string): Promise<boolean> {
  try {
    await docker.ask('GET', path);
    return true;
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return false;
    throw error;
  }
}

function external(kind: string, name: string): EngineError {
  return new EngineError('not-found', `${kind} ${name} declared as external, but could not be found`);
}

const LOOK_EVERY_MS = 200;
const inspected = z.object({
  State: z.object({ Status: z.string(), ExitCode: z.int(), Health: z.object({ Status: z.string() }).nullish() }),
});

/** What a service waits for of those it depends on. @throws EngineError `conflict` when that won't come any more. */
async function awaitDependencies(docker: DockerHttp, project: Project, { service, said }: NamedService): Promise<void> {
  const wishes = Object.entries(said.depends_on ?? {}).filter(([, { condition }]) => condition !== 'service_started');
  if (wishes.length === 0) return;
  const there = await projectContainers(docker, project.name);
  for (const [name, { condition, required }] of wishes) {
    for (const { Id } of there.filter((container) => container.service === name)) {
      const why = condition === 'service_healthy' ? await untilHealthy(docker, Id) : await untilDone(docker, Id);
      if (why === undefined || !required) continue;
      throw new EngineError(
        'conflict',
        `dependency failed to start: ${name} ${why}, which the service ${service} needs`,
      );
    }
  }
}

/** @returns why it won't be; undefined once it is. */
async function untilHealthy(docker: DockerHttp, id: string): Promise<string | undefined> {
  for (;;) {
    const { State } = inspected.parse(await docker.ask('GET', `/containers/${id}/json`));
    const { Health, Status, ExitCode } = State;
    if (Health?.Status === 'healthy') return undefined;
    if (Health?.Status === 'unhealthy') return 'is unhealthy';
    if (Health === null || Health === undefined) return 'has no healthcheck configured';
    if (Status !== 'running' && Status !== 'restarting') return `exited (${ExitCode})`;
    await pause(LOOK_EVERY_MS);
  }
}

const waited = z.object({ StatusCode: z.int() });

async function untilDone(docker: DockerHttp, id: string): Promise<string | undefined> {
  const { StatusCode } = waited.parse(await docker.ask('POST', `/containers/${id}/wait`));
  return StatusCode === 0 ? undefined : `exited (${StatusCode})`;
}
