import type { ContainerState } from './container.ts';
import type { Health } from './health.ts';

/** A container's state for people, in Docker's words: `Up 3 minutes`, `Exited (0) 2 hours ago`. */
export function statusText(state: ContainerState, health: Health | undefined, now: number): string {
  switch (state.status) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${durationText(now - state.startedAt)}${healthText(health)}`;
    case 'paused':
      return `Up ${durationText(now - state.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${state.exitCode}) ${durationText(now - state.finishedAt)} ago`;
    case 'exited':
      return `Exited (${state.exitCode}) ${durationText(now - state.finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
  }
}

function healthText(health: Health | undefined): string {
  if (health === undefined) return '';
  return health.status === 'starting' ? ' (health: starting)' : ` (${health.status})`;
}

const HOUR = 60;
const DAY = 24;

/** As Docker rounds it (github.com/docker/go-units, `HumanDuration`). */
export function durationText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / 60 / HOUR + 0.5);
  if (hours === 1) return 'About an hour';
  return longText(hours);
}

function longText(hours: number): string {
  if (hours < 2 * DAY) return `${hours} hours`;
  if (hours < 14 * DAY) return `${Math.floor(hours / DAY)} days`;
  if (hours < 60 * DAY) return `${Math.floor(hours / DAY / 7)} weeks`;
  if (hours < 730 * DAY) return `${Math.floor(hours / DAY / 30)} months`;
  return `${Math.floor(hours / DAY / 365)} years`;
}
