import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';

/** Tells that something happened to a container, with the attributes that Docker gives every event of one. */
export function publishEvent(
  parts: ContainerParts,
  container: Container,
  action: string,
  attributes: Readonly<Record<string, string>> = {},
): void {
  const { id, name, config } = container;
  parts.events.publish({
    type: 'container',
    action,
    id,
    attributes: { ...config.labels, image: config.image, name, ...attributes },
  });
}

/** The same for a session or a health check. Docker separates the program from its arguments, even where there are none. */
export function publishExec(
  parts: ContainerParts,
  container: Container,
  action: 'exec_create' | 'exec_start',
  { id, command: [program = '', ...rest] }: { readonly id: string; readonly command: readonly string[] },
): void {
  publishEvent(parts, container, `${action}: ${program} ${rest.join(' ')}`, { execID: id });
}

/** The same for one that is over. */
export function publishExecEnd(
  parts: ContainerParts,
  container: Container,
  { id, exitCode }: { readonly id: string; readonly exitCode: number },
): void {
  publishEvent(parts, container, 'exec_die', { execID: id, exitCode: String(exitCode) });
}
