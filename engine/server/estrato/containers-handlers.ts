import { attachContainer } from '#engine/container/attach-container.ts';
import { ContainerChanges, previewChange } from '#engine/container/container-changes.ts';
import { containerLogs } from '#engine/container/container-logs.ts';
import { watchProcesses } from '#engine/container/container-processes.ts';
import { createContainer } from '#engine/container/create-container.ts';
import type { CreateRequest } from '#engine/container/create-request.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';
import { describeContainer } from '#engine/container/describe-container.ts';
import { createExec, startExec } from '#engine/container/exec-container.ts';
import { commitContainer } from '#engine/container/commit-container.ts';
import { changeLogSettings } from '#engine/container/log-settings.ts';
import { parseLogging } from '#engine/container/logging.ts';
import { pauseContainer } from '#engine/container/pause-container.ts';
import { renameContainer } from '#engine/container/rename-container.ts';
import { unpauseContainer } from '#engine/container/unpause-container.ts';
import { chooseUsualRuntime, runtimeSettings } from '#engine/container/usual-runtime.ts';
import { updateContainer } from '#engine/container/update-container.ts';
import type { Params } from '#engine/contract/methods.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { listContainers } from '#engine/container/list-containers.ts';
import { killContainer } from '#engine/container/kill-container.ts';
import { killProcess } from '#engine/container/kill-process.ts';
import { removeContainer } from '#engine/container/remove-container.ts';
import { restartContainer } from '#engine/container/restart-container.ts';
import { startContainer } from '#engine/container/start-container.ts';
import { stopContainer } from '#engine/container/stop-container.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';
import { attachTerminal } from './attach-terminal.ts';
import { logEntries } from './log-entries.ts';

export function containerCalls({ containers }: Engine): CallsOf<'containers'> {
  const changes = new ContainerChanges(containers);
  return {
    'containers.scanChanges': ({ id }) => changes.scan(id),
    'containers.changes': ({ id, ...directory }) => changes.page(id, directory),
    'containers.previewChange': ({ id, path }) => previewChange(containers, id, path),
    'containers.killProcess': async ({ id, signal, ...chosen }) => {
      await killProcess(containers, id, chosen, signal);
      return {};
    },
    ...usualCalls(containers),
    'containers.list': async ({ all }) => listContainers(containers, { all }),
    'containers.get': ({ id }) => describeContainer(containers, id),
    'containers.create': (params) => createContainer(containers, createRequest(params)),
    'containers.start': async ({ id }) => {
      await startContainer(containers, id);
      return {};
    },
    'containers.stop': async ({ id, timeoutSeconds }) => {
      await stopContainer(containers, id, timeoutSeconds === undefined ? {} : { timeoutSeconds });
      return {};
    },
    'containers.restart': async ({ id, timeoutSeconds }) => {
      await restartContainer(containers, id, timeoutSeconds === undefined ? {} : { timeoutSeconds });
      return {};
    },
    'containers.pause': async ({ id }) => {
      await pauseContainer(containers, id);
      return {};
    },
    'containers.unpause': async ({ id }) => {
      await unpauseContainer(containers, id);
      return {};
    },
    'containers.rename': async ({ id, name }) => {
      await renameContainer(containers, id, name);
      return {};
    },
    'containers.update': async ({ id, ...changes }) => {
      await updateContainer(containers, id, changes);
      return {};
    },
    'containers.commit': async ({ id, reference, ...words }) => {
      const named = reference ? { reference: parseReference(reference) } : {};
      const { id: image } = await commitContainer(containers, id, { ...words, ...named }, new AbortController().signal);
      return { image };
    },
    'containers.kill': async ({ id, signal }) => {
      await killContainer(containers, id, signal);
      return {};
    },
    'containers.remove': ({ id, force = false, withVolumes = false }) =>
      removeContainer(containers, id, { force, withVolumes }),
    'containers.exec': async ({ id, size, ...command }) => {
      const { id: session } = createExec(containers, id, { ...command, openStdin: true });
      await startExec(containers, session, { size });
      return { session };
    },
  };
}

function createRequest({ logging, ...params }: Params<'containers.create'>): CreateRequest {
  return { ...params, ...(logging && { logging: parseLogging(logging.driver, logging.options) }) };
}

/** What goes for containers that don't say otherwise. */
function usualCalls(
  containers: ContainerParts,
): Pick<CallsOf<'containers'>, 'containers.logSettings' | 'containers.runtimes'> {
  return {
    'containers.logSettings': async (changes) => changeLogSettings(containers.database, changes),
    'containers.runtimes': async ({ usual }) => {
      if (usual !== undefined) chooseUsualRuntime(containers, usual);
      return runtimeSettings(containers);
    },
  };
}

export function containerStreams({ containers, stats }: Engine): StreamsOf<'containers'> {
  return {
    'containers.stats': ({ id }, signal) => stats.watch(id, signal),
    'containers.processes': ({ id }, signal) => watchProcesses(containers, id, signal),
    'containers.usage': (_, signal) => stats.watchAll(signal),
    'containers.logs': ({ id, tail, follow }, signal) =>
      logEntries(containerLogs(containers, id, { follow, tailLines: tail }, signal)),
  };
}

export function containerDuplexes({ containers }: Engine): DuplexesOf<'containers'> {
  return {
    'containers.attach': ({ id, session, size }, peer, signal) =>
      attachTerminal((options) => attachContainer(containers, id, session, options), { size, peer }, signal),
  };
}
