import type { ContainerStatus, ContainerSummary } from '#engine/contract/container.ts';
import type { Format } from '#renderer/i18n/format.ts';
import type { Translate } from '#renderer/i18n/translate.ts';
import { exitReason } from '#renderer/stores/exit-reason.ts';
import { isUp } from '#renderer/stores/removal.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';

/** What to call a container in a sentence: its name, or the beginning of its id. */
export function containerName({ Id, Names }: Pick<ContainerSummary, 'Id' | 'Names'>): string {
  return Names[0]?.replace(/^\//, '') ?? shortDigest(Id);
}

/** Whether its processes are there, so that removing it ends them. */
export function isAlive(status: ContainerStatus): boolean {
  return isUp({ State: status });
}

/** The image as it was asked for, or the beginning of its hash. */
export function imageWords({ Image, ImageID }: ContainerSummary): string {
  return Image === '' || Image.startsWith('sha256:') ? shortDigest(ImageID) : Image;
}

export type StateTone = 'good' | 'plain' | 'warning' | 'danger';

/** How it is shown: an end that nobody asked for is a failure. */
export function stateTone({
  State,
  exitCode,
  health,
}: Pick<ContainerSummary, 'State' | 'exitCode' | 'health'>): StateTone {
  if (State === 'running') return health === 'unhealthy' ? 'warning' : 'good';
  if (State === 'dead') return 'danger';
  if (State === 'paused' || State === 'restarting' || State === 'removing') return 'warning';
  return State === 'exited' && isFailure(exitCode) ? 'danger' : 'plain';
}

function isFailure(exitCode: number): boolean {
  const reason = exitReason(exitCode);
  if (reason.kind === 'success') return false;
  // What `stop`, `kill` and Ctrl-C leave behind.
  return reason.kind !== 'signal' || !['terminated', 'killed', 'interrupted'].includes(reason.cause);
}

const MINUTE = 60_000;

/** What stands under the state: since when, and how it ended. */
export function stateDetail(container: ContainerSummary, now: number, { t, format }: Words): string {
  const { State, startedAt, finishedAt } = container;
  const ago = (time: number): string =>
    now - time < MINUTE ? t('containers.momentAgo') : format.ago(Math.min(time, now), now);
  if (State === 'created') return t('containers.neverStarted');
  if (State === 'exited' || State === 'dead') {
    return finishedAt === 0
      ? exitWords(container.exitCode, t)
      : t('containers.endedAgo', { how: exitWords(container.exitCode, t), ago: ago(finishedAt) });
  }
  return startedAt === 0 ? '' : t('containers.startedAgo', { ago: ago(startedAt) });
}

interface Words {
  readonly t: Translate;
  readonly format: Format;
}

function exitWords(exitCode: number, t: Translate): string {
  const reason = exitReason(exitCode);
  if (reason.kind === 'signal') return t('containers.exit.signal', { code: exitCode, signal: reason.signal });
  return t('containers.exit.code', { code: exitCode });
}

/** @param search words that must all be found in the name, the id, the image or the command. */
export function matchesSearch(container: ContainerSummary, search: string): boolean {
  const { Id, Names, Image, ImageID, Command } = container;
  const text = [Id, ...Names, Image, ImageID, Command].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export const containerOrders = ['name', 'state', 'image', 'created'] as const;
export type ContainerOrder = (typeof containerOrders)[number];

/** From the oldest, the letter a, and what is least alive. */
export function compareContainers(order: ContainerOrder): (a: ContainerSummary, b: ContainerSummary) => number {
  const byName = (a: ContainerSummary, b: ContainerSummary): number =>
    containerName(a).localeCompare(containerName(b), undefined, { numeric: true });
  const compare = {
    name: byName,
    state: (a: ContainerSummary, b: ContainerSummary) =>
      (isAlive(a.State) ? 1 : 0) - (isAlive(b.State) ? 1 : 0) || lastChange(a) - lastChange(b),
    image: (a: ContainerSummary, b: ContainerSummary) => imageWords(a).localeCompare(imageWords(b)),
    created: (a: ContainerSummary, b: ContainerSummary) => a.Created - b.Created,
  }[order];
  return (a, b) => compare(a, b) || byName(a, b);
}

function lastChange({ Created, startedAt, finishedAt }: ContainerSummary): number {
  return Math.max(Created * 1000, startedAt, finishedAt);
}
