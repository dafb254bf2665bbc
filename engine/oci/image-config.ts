import type { Digest } from '#engine/contract/digest.ts';
import { isDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { defined, JsonFields } from './json-fields.ts';

/** One command of the Dockerfile as the config remembers it (OCI image specification, config.md, `history`). */
export interface HistoryEntry {
  /** RFC 3339. */
  readonly created?: string;
  readonly createdBy?: string;
  readonly author?: string;
  readonly comment?: string;
  /** True of a command that changed no file. */
  readonly emptyLayer: boolean;
}

/** How a container's health is asked for (Docker's image specification 1.2, `Healthcheck`). Times in nanoseconds. */
export interface Healthcheck {
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly startInterval?: number;
  readonly retries?: number;
}

/** What a container of the image runs unless told otherwise (config.md, `config`, with Docker's additions). */
export interface RunConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** Empty where the config has none: `/` then. */
  readonly workingDir: string;
  /** `80/tcp`, `53/udp`. */
  readonly exposedPorts: readonly string[];
  /** Absolute paths in the container. */
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal?: string;
  readonly healthcheck?: Healthcheck;
  readonly onBuild?: readonly string[];
  readonly shell?: readonly string[];
}

/** The image's config, whose digest is the image's id (OCI image specification, config.md). */
export interface ImageConfig {
  readonly created?: string;
  readonly author?: string;
  readonly comment?: string;
  readonly dockerVersion?: string;
  readonly architecture: string;
  readonly os: string;
  readonly osVersion?: string;
  readonly variant?: string;
  readonly config: RunConfig;
  /** Digest of each layer's uncompressed tar, base first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
}

/** The same bound as the manifest's: a config that promises more is no image. */
const MAX_LAYERS = 1000;
const MAX_HISTORY = 10_000;

/** @throws EngineError `corrupt`, naming the field. @param what the document, for the sentence. */
export function parseImageConfig(bytes: Uint8Array, what: string): ImageConfig {
  const fields = JsonFields.parse(bytes, what);
  const history = (fields.objects('history') ?? []).map(readHistory);
  if (history.length > MAX_HISTORY)
    throw new EngineError('corrupt', `${what} has ${history.length} steps, more than any image can have.`);
  return {
    ...defined({
      created: fields.optionalText('created'),
      author: fields.optionalText('author'),
      comment: fields.optionalText('comment'),
      dockerVersion: fields.optionalText('docker_version'),
      osVersion: fields.optionalText('os.version'),
      variant: fields.optionalText('variant') || undefined,
    }),
    architecture: fields.text('architecture'),
    os: fields.text('os'),
    config: readRunConfig(fields.optionalObject('config') ?? JsonFields.of({}, what)),
    diffIds: readDiffIds(fields.object('rootfs'), what),
    history,
  };
}

function readDiffIds(rootfs: JsonFields, what: string): readonly Digest[] {
  const diffIds = rootfs.texts('diff_ids') ?? [];
  if (diffIds.length > MAX_LAYERS)
    throw new EngineError('corrupt', `${what} has ${diffIds.length} layers, more than any image can have.`);
  return diffIds.map((text) => {
    if (isDigest(text)) return text;
    throw new EngineError('corrupt', `${what} names a layer "${text.slice(0, 100)}", which is not a sha256 digest.`);
  });
}

function readHistory(fields: JsonFields): HistoryEntry {
  return {
    emptyLayer: fields.flag('empty_layer'),
    ...defined({
      created: fields.optionalText('created'),
      createdBy: fields.optionalText('created_by'),
      author: fields.optionalText('author'),
      comment: fields.optionalText('comment'),
    }),
  };
}

function readRunConfig(fields: JsonFields): RunConfig {
  const healthcheck = fields.optionalObject('Healthcheck');
  return {
    user: fields.optionalText('User') ?? '',
    env: fields.texts('Env') ?? [],
    workingDir: fields.optionalText('WorkingDir') ?? '',
    exposedPorts: fields.names('ExposedPorts') ?? [],
    volumes: fields.names('Volumes') ?? [],
    labels: fields.textMap('Labels') ?? {},
    ...defined({
      entrypoint: fields.texts('Entrypoint'),
      cmd: fields.texts('Cmd'),
      stopSignal: fields.optionalText('StopSignal') || undefined,
      healthcheck: healthcheck && readHealthcheck(healthcheck),
      onBuild: fields.texts('OnBuild'),
      shell: fields.texts('Shell'),
    }),
  };
}

function readHealthcheck(fields: JsonFields): Healthcheck {
  const optionalCount = (name: string): number | undefined => (fields.has(name) ? fields.count(name) : undefined);
  return {
    test: fields.texts('Test') ?? [],
    ...defined({
      interval: optionalCount('Interval'),
      timeout: optionalCount('Timeout'),
      startPeriod: optionalCount('StartPeriod'),
      startInterval: optionalCount('StartInterval'),
      retries: optionalCount('Retries'),
    }),
  };
}
