import type { ConfigDocument } from '#engine/image/add-layer.ts';
import { applyInstructions } from '#engine/image/apply-instructions.ts';

import { volumeMounts } from './container-mount.ts';
import type { Container } from './container.ts';
import { inspectHealthCheck } from './inspect-health.ts';

export interface CommitWords {
  readonly author?: string | undefined;
  readonly comment?: string | undefined;
  /** Instructions of a Dockerfile: `CMD ["sh"]`. */
  readonly changes: readonly string[];
}

/** The config of an image made from a container, over its parent's document. */
export function commitConfig(
  container: Container,
  { author, comment, changes }: CommitWords,
): (parent: ConfigDocument, layer: { readonly isEmpty: boolean }) => ConfigDocument {
  const created = new Date().toISOString();
  const words = { ...(author ? { author } : {}), ...(comment ? { comment } : {}) };
  const own = applyInstructions(runDocument(container), changes);
  const step = { created, created_by: container.config.command.join(' '), ...words };
  return (parent, { isEmpty }) => {
    const { container: _, container_config: __, comment: ___, ...rest } = parent;
    const history: readonly unknown[] = Array.isArray(parent['history']) ? parent['history'] : [];
    const inherited = recordOf(parent['config']);
    return {
      ...rest,
      created,
      ...words,
      config: withoutNulls({ ...inherited, ...own }),
      history: [...history, isEmpty ? { ...step, empty_layer: true } : step],
    };
  };
}

/** What the container runs, as its image would have said it. */
function runDocument({ config }: Container): Readonly<Record<string, unknown>> {
  const anonymous = volumeMounts(config.mounts).filter(({ isAnonymous }) => isAnonymous);
  return {
    User: config.user,
    Env: config.env,
    Entrypoint: config.entrypoint.length > 0 ? config.entrypoint : null,
    Cmd: config.command.length > 0 ? config.command : null,
    WorkingDir: config.workingDir,
    Labels: config.labels,
    ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [port, {}])),
    ...(anonymous.length > 0
      ? { Volumes: Object.fromEntries(anonymous.map(({ destination }) => [destination, {}])) }
      : {}),
    StopSignal: config.stopSignal,
    ...inspectHealthCheck(config.healthCheck),
  };
}

function withoutNulls(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
