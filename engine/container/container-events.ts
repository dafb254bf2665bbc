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
