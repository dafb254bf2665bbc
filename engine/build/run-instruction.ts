import { createHash } from 'node:crypto';

import { isHeredocAlone, scriptOf } from '#engine/dockerfile/run-script.ts';
import type { Run } from '#engine/dockerfile/instruction.ts';
import type { Heredoc } from '#engine/dockerfile/logical-lines.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';

import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import { claimCaches } from './claim-caches.ts';
import { clampTimes } from './clamp-times.ts';
import { expanderOf, wordsOf } from './config-instruction.ts';
import { itemLine, planCopy, type CopyItem } from './plan-copy.ts';
import { parseRunMount, type RunMount } from './run-mount.ts';
import { runStep } from './run-step.ts';
import type { SourceTree } from './source-tree.ts';
import { StackSource } from './stack-source.ts';
import { diffIdsOf, settingsOf, SHELL, workdirOf, type StageState } from './stage-state.ts';
import { networkOf } from './step-environment.ts';
import type { StepInputs } from './step-inputs.ts';
import { placeMounts, type ReadyMount } from './step-mounts.ts';
import { placeScripts, scriptPlace } from './step-scripts.ts';
import { withVariables } from './secret-variables.ts';
import type { StepWork } from './step-work.ts';
import type { BuildLayer } from './store-step.ts';

/** What a RUN will do. */
export interface RunPlan {
  readonly inputs: StepInputs;
  readonly key: unknown;
  /** As the image's history tells it. */
  readonly words: readonly string[];
  make(work: StepWork): Promise<BuildLayer | undefined>;
}

/** @param treeOf what a mount is taken from; without a name the build context. */
export async function runPlan(
  session: BuildSession,
  { state, instruction }: { readonly state: StageState; readonly instruction: Run },
  treeOf: (from: string | undefined) => Promise<SourceTree>,
): Promise<RunPlan> {
  const { scope, request } = session;
  const expander = expanderOf(state, session.file.directives.escape);
  const workingDir = workdirOf(state);
  const mounts = instruction.mounts.map((text) => parseRunMount(expander(text).text, workingDir));
  const ready = await Promise.all(mounts.map((mount) => readyMount(session, mount, treeOf)));
  const seen = await Promise.all(ready.map((each) => filesOf(session.parts.images.layers, each)));
  const files = Object.fromEntries(seen.flatMap((each) => Object.entries(each)));
  const network = networkOf(request, instruction);
  const words = commandWords(state, instruction, session.file.directives.escape);
  const scripts = instruction.heredocs.filter((heredoc) => words[0] === scriptPlace(heredoc));
  const below = createHash('sha256').update(diffIdsOf(state).join(' ')).digest('hex');
  const inputs: StepInputs = {
    instruction: instruction.text,
    below,
    variables: scope.keyVariables(state),
    files,
    settings: {
      user: settingsOf(state).User ?? '',
      workdir: workingDir,
      network,
      shell: (settingsOf(state).Shell ?? SHELL).join(' '),
    },
  };
  return {
    inputs,
    key: ['run', 1, inputs, words, mounts, instruction.heredocs, session.epoch ?? null],
    words,
    make: (work) => carryOut(session, { state, words, ready, scripts, network }, work),
  };
}

interface Prepared {
  readonly state: StageState;
  readonly words: readonly string[];
  readonly ready: readonly ReadyMount[];
  /** Heredocs that are run as programs. */
  readonly scripts: readonly Heredoc[];
  readonly network: string;
}

async function carryOut(
  session: BuildSession,
  { state, words, ready, scripts, network }: Prepared,
  work: StepWork,
): Promise<BuildLayer | undefined> {
  const { parts, request, scope, epoch } = session;
  await using undo = new AsyncDisposableStack();
  const { cacheMounts, images } = parts;
  const claimed = await claimCaches(ready, { cacheDir: cacheMounts.dir, undo, signal: work.signal });
  const places = { cacheMounts, temporaryDir: images.temporaryDir };
  const mounts = [...(await placeMounts(places, claimed, undo)), ...(await placeScripts(parts, scripts, undo))];
  const { extraHosts, memoryBytes, shmSizeBytes } = request;
  const run = {
    state,
    words,
    args: withVariables(words, ready),
    env: [...[...scope.runVariables(state)].map(([name, value]) => `${name}=${value}`), ...agentVariable(ready)],
    workingDir: workdirOf(state),
    network,
    mounts,
    extraHosts,
    memoryBytes,
    shmSizeBytes,
    ...(epoch === undefined ? {} : { filter: (tar: AsyncIterable<Uint8Array>) => clampTimes(tar, epoch) }),
  };
  const layer = await runStep(parts, run, work);
  if (ready.some(({ tree }) => tree?.hasChanged === true)) work.doubt();
  return layer;
}

function commandWords(state: StageState, instruction: Run, escape: '\\' | '`'): readonly string[] {
  const { command, heredocs } = instruction;
  if (command.form === 'exec' || heredocs.length === 0) return wordsOf(state, command);
  const shell = settingsOf(state).Shell ?? SHELL;
  const [only] = heredocs;
  // A heredoc alone is the script itself.
  if (only !== undefined && isHeredocAlone(instruction, escape)) {
    return only.content.startsWith('#!') ? [scriptPlace(only)] : [...shell, only.content];
  }
  return [...shell, scriptOf(command.line, heredocs)];
}

/** A mount with what it shows. @throws DockerfileError for a secret that has to be there. */
export async function readyMount(
  { request }: { readonly request: Pick<BuildRequest, 'agents' | 'secrets'> },
  mount: RunMount,
  treeOf: (from: string | undefined) => Promise<SourceTree>,
): Promise<ReadyMount> {
  if (mount.type === 'bind') return { mount, tree: await treeOf(mount.from) };
  if (mount.type === 'cache' && mount.from !== undefined) return { mount, tree: await treeOf(mount.from) };
  if (mount.type === 'ssh') return agentMount(request, mount);
  if (mount.type !== 'secret') return { mount };
  const secret = request.secrets.get(mount.id);
  if (secret !== undefined) return { mount, secret };
  if (mount.isRequired)
    throw new DockerfileError(`secret ${mount.id}: not found; give it with --secret id=${mount.id},src=FILE`);
  return { mount };
}

function agentMount(
  { agents }: Pick<BuildRequest, 'agents'>,
  mount: Extract<RunMount, { readonly type: 'ssh' }>,
): ReadyMount {
  const agent = agents?.get(mount.id);
  if (agent !== undefined) return { mount, agent };
  if (mount.isRequired)
    throw new DockerfileError(`no agent of ssh is lent as ${mount.id}; lend yours with --ssh ${mount.id}`);
  return { mount };
}

/** ssh(1) finds its agent by this variable. */
function agentVariable(ready: readonly ReadyMount[]): readonly string[] {
  const first = ready.find(({ agent }) => agent !== undefined);
  return first === undefined ? [] : [`SSH_AUTH_SOCK=${first.mount.target}`];
}

/** By where they are seen. What a secret holds decides nothing, so that none is in the cache. */
async function filesOf(layers: LayerStore, { mount, tree }: ReadyMount): Promise<Readonly<Record<string, string>>> {
  if (mount.type !== 'bind' || tree === undefined) return {};
  const { source, target } = mount;
  const items = await planCopy({
    tree,
    below: StackSource.empty(layers, 'nothing'),
    sources: [source],
    destination: `${target}/`,
    owner: { uid: 0, gid: 0 },
    step: JSON.stringify(['bind', source, target]),
  });
  return Object.fromEntries(items.map((item: CopyItem) => [`/${item.path}`, itemLine(item)]));
}
