import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { removeTree } from '#engine/async/remove-tree.ts';
import { makeDirectories } from '#engine/async/make-directories.ts';
import { createContainer } from '#engine/container/create-container.ts';
import { startContainer } from '#engine/container/start-container.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { shellSide, type ShellSide, type StepShell } from '#engine/contract/step-shell.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';

import { BuildAside } from './build-aside.ts';
import type { BuildParts } from './build-parts.ts';
import { holdLayers } from './patched-stage.ts';
import { heldImage } from './held-image.ts';
import { removeForGood, stepContainer } from './run-step.ts';
import { withVariables } from './secret-variables.ts';
import { shellMounts, type ShellSources } from './shell-mounts.ts';
import { settingsOf, SHELL, workdirOf } from './stage-state.ts';
import { findEnvironment } from './step-environment.ts';
import { placeMounts } from './step-mounts.ts';

/** Says of a container that it is a step's shell, and whose. */
const SHELL_LABEL = 'estrato.build.shell';

const shellLabel = z.object({ build: z.string(), step: z.int(), side: shellSide, dir: z.string() });

interface ShellWish {
  readonly record: BuildRecord;
  readonly step: number | undefined;
  readonly side: ShellSide;
  readonly sources: ShellSources;
  /** Instead of what a person types. */
  readonly script?: string | undefined;
}

/**
 * Opens a shell where a step was: a container with its files, variables, user, directory, mounts and network, which goes on
 * whoever looks. What can't be had of the mounts any more is told, and left out.
 *
 * @throws EngineError `not-found` for a step that wasn't come to, or whose layers were pruned.
 */
export async function openStepShell(parts: BuildParts, wish: ShellWish, signal: AbortSignal): Promise<StepShell> {
  const { record, side } = wish;
  const step = wish.step ?? chosenStep(record);
  const environment = findEnvironment(parts.database, record, { step, side });
  const lease = leasesOf(parts.images).open();
  const dir = randomBytes(8).toString('hex');
  await using undo = new AsyncDisposableStack();
  undo.defer(() => letGo(parts.images, lease));
  await using shown = new AsyncDisposableStack();
  try {
    await holdLayers(parts.images, lease, environment.layers);
    const aside = undo.use(await BuildAside.open(parts.images, signal));
    const work = { parts, record, step, aside, lease, signal };
    const { ready, missing } = await shellMounts(work, environment, wish.sources);
    const temporaryDir = join(parts.shellsDir, dir);
    await makeDirectories(temporaryDir, 0o700);
    shown.defer(() => removeTree(temporaryDir));
    const mounts = await placeMounts({ cacheMounts: parts.cacheMounts, temporaryDir }, ready, shown);
    const shell = settingsOf(environment).Shell ?? SHELL;
    const isTyped = wish.script === undefined;
    const words = isTyped ? shell.slice(0, 1) : [...shell, wish.script];
    const image = await heldImage(parts, environment, { mark: dir, lease, signal });
    const request = { ...environment, state: environment, words, args: withVariables(words, ready), mounts };
    const { id } = await createContainer(parts.containers, {
      ...stepContainer({ ...request, workingDir: workdirOf(environment) }, image),
      name: `build-shell-${dir}`,
      labels: { [SHELL_LABEL]: JSON.stringify({ build: record.id, step, side, dir }) },
      tty: isTyped,
      openStdin: isTyped,
      attached: { stdin: isTyped, stdout: true, stderr: true },
    });
    await using started = new AsyncDisposableStack();
    started.defer(() => removeForGood(parts, id));
    await startContainer(parts.containers, id);
    started.move();
    void endWith(parts, id, shown.move());
    return { shell: id, step, side, missing: [...missing] };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** The one that failed, or else the last. */
function chosenStep({ steps }: BuildRecord): number {
  const step = steps.find(({ state }) => state === 'failed') ?? steps.at(-1);
  if (step === undefined) throw new EngineError('not-found', 'The build has no step: it ended before the first.');
  return step.number;
}

/** What mounts show goes with the container, whoever removes it. */
async function endWith({ containers }: BuildParts, id: string, mounts: AsyncDisposableStack): Promise<void> {
  const { signal } = new AbortController();
  for await (const event of containers.events.subscribe({ signal })) {
    if (event.type === 'container' && event.action === 'destroy' && event.id === id) break;
  }
  await mounts.disposeAsync();
}

/** @throws EngineError `not-found` for a container that is no step's shell. */
export function shellPlace(
  { containers }: BuildParts,
  shell: string,
): z.infer<typeof shellLabel> & { readonly id: string } {
  const { id, config } = containers.table.find(shell);
  const label = config.labels[SHELL_LABEL];
  if (label === undefined) throw new EngineError('not-found', `${shell} is no shell of a build's step.`);
  return { ...shellLabel.parse(JSON.parse(label)), id };
}

export async function closeStepShell(parts: BuildParts, shell: string): Promise<void> {
  await removeForGood(parts, shellPlace(parts, shell).id);
}

/** Takes away what shells that are gone have left. */
export async function sweepShells({
  containers,
  shellsDir,
}: Pick<BuildParts, 'containers' | 'shellsDir'>): Promise<void> {
  const labels = containers.table.list().map(({ config }) => config.labels[SHELL_LABEL] ?? '');
  const names = await readdir(shellsDir).catch(() => []);
  const left = names.filter((name) => !labels.some((label) => label.includes(`"dir":"${name}"`)));
  await Promise.all(left.map((name) => removeTree(join(shellsDir, name))));
}
