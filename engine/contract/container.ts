import { z } from 'zod';

import { healthCheck, isolation, resourceLimits, restartPolicy } from './container-options.ts';
import { logDriver, logFacts } from './log.ts';
import { session } from './terminal.ts';

/** 64 hex digits; methods that name a container also take its name or a unique prefix of its id. */
export const containerRef = z.string().min(1).max(256);

export const containerStatus = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
export type ContainerStatus = z.infer<typeof containerStatus>;

const networkInfo = z.object({
  NetworkID: z.string(),
  EndpointID: z.string(),
  Gateway: z.string(),
  IPAddress: z.string(),
  IPPrefixLen: z.int(),
  IPv6Gateway: z.string(),
  GlobalIPv6Address: z.string(),
  GlobalIPv6PrefixLen: z.int(),
  MacAddress: z.string(),
  IPAMConfig: z.object({ IPv4Address: z.string().optional(), IPv6Address: z.string().optional() }).nullish(),
  Links: z.array(z.string()).nullish(),
  Aliases: z.array(z.string()).nullish(),
  DNSNames: z.array(z.string()).nullish(),
});

/** A container as Docker lists it (`ContainerSummary` of the Docker Engine API), with Estrato's own after it. */
export const containerSummary = z.object({
  Id: z.string(),
  /** With a leading slash, as Docker has it. */
  Names: z.array(z.string()),
  /** The reference it was created from, or the image's digest where the tag has moved on. */
  Image: z.string(),
  ImageID: z.string(),
  Command: z.string(),
  /** Unix seconds. */
  Created: z.int(),
  /** Without `PublicPort` one that is only exposed. */
  Ports: z.array(
    z.object({
      IP: z.string().optional(),
      PrivatePort: z.int(),
      PublicPort: z.int().optional(),
      Type: z.string(),
    }),
  ),
  Labels: z.record(z.string(), z.string()),
  State: containerStatus,
  /** For people: `Up 3 minutes`, `Exited (0) 2 hours ago`. */
  Status: z.string(),
  HostConfig: z.object({ NetworkMode: z.string() }),
  NetworkSettings: z.object({ Networks: z.record(z.string(), networkInfo) }),
  Mounts: z.array(
    z.object({
      Name: z.string().optional(),
      Type: z.string(),
      Source: z.string(),
      Destination: z.string(),
      Driver: z.string().optional(),
      Mode: z.string(),
      RW: z.boolean(),
      Propagation: z.string(),
    }),
  ),
  /** Unix milliseconds; 0 before the first start. */
  startedAt: z.int(),
  finishedAt: z.int(),
  exitCode: z.int(),
  tty: z.boolean(),
  /** Of one that is asked for it. */
  health: z.enum(['starting', 'healthy', 'unhealthy']).optional(),
});
export type ContainerSummary = z.infer<typeof containerSummary>;

/** The container page: the summary and what only one container at a time is asked for. */
export const containerDetails = z.object({
  summary: containerSummary,
  command: z.array(z.string()),
  env: z.array(z.string()),
  workingDir: z.string(),
  user: z.string(),
  hostname: z.string(),
  pid: z.int().optional(),
  /** Why it could not start, in a sentence. */
  error: z.string().optional(),
  oomKilled: z.boolean(),
  /** Directory of its read-write layer, on the engine's machine. */
  upperDir: z.string(),
  log: logFacts,
  sessions: z.array(session),
  /** Shells found in its image, best first: `/bin/bash`, `/bin/sh`. */
  shells: z.array(z.string()),
  restartPolicy,
  /** Since a person started it. */
  restartCount: z.int(),
  /** How it is asked for its health, and what came of it last, oldest first. */
  healthCheck: healthCheck.optional(),
  healthLog: z.array(
    z.object({
      /** Unix milliseconds. */
      startedAt: z.number(),
      endedAt: z.number(),
      /** -1 of a command that could not be run, or took too long. */
      exitCode: z.int(),
      output: z.string(),
    }),
  ),
  memoryBytes: z.int().optional(),
  pidsLimit: z.int().optional(),
  limits: resourceLimits,
  isolation,
  capAdd: z.array(z.string()),
  capDrop: z.array(z.string()),
});
export type ContainerDetails = z.infer<typeof containerDetails>;

/** The run form. */
export const containerCreate = z.object({
  image: z.string(),
  name: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  env: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  user: z.string().optional(),
  hostname: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  tty: z.boolean(),
  openStdin: z.boolean(),
  autoRemove: z.boolean().optional(),
  /** `none`, `host`, `container:NAME`, or a network's name or id; the default bridge when left out. */
  network: z.string().optional(),
  /** Ports to be published: `80/tcp`, at any of the machine's where `hostPort` is left out. */
  ports: z
    .array(z.object({ port: z.string(), hostAddress: z.string().optional(), hostPort: z.string().optional() }))
    .optional(),
  publishAllPorts: z.boolean().optional(),
  readOnlyRootfs: z.boolean().optional(),
  /** The most memory its processes may hold together, in bytes. */
  memoryBytes: z.int().positive().optional(),
  /** `source:destination[:ro]`, the source an absolute path of the engine's machine, or a volume's name. */
  binds: z.array(z.string()).optional(),
  restartPolicy: restartPolicy.optional(),
  /** What is left out of it, the image says. */
  healthCheck: healthCheck.optional(),
  /** 0 is no limit. */
  pidsLimit: z.int().optional(),
  limits: resourceLimits.optional(),
  isolation: isolation.optional(),
  /** Names as in capabilities(7), with or without `CAP_`, or `ALL`. */
  capAdd: z.array(z.string()).optional(),
  capDrop: z.array(z.string()).optional(),
  groupAdd: z.array(z.string()).optional(),
  shmSizeBytes: z.int().positive().optional(),
  stopSignal: z.string().optional(),
  stopTimeoutSeconds: z.int().optional(),
  /** Docker's options: `max-size`, `max-file`. */
  logging: z.object({ driver: logDriver, options: z.record(z.string(), z.string()) }).optional(),
});
export type ContainerCreate = z.infer<typeof containerCreate>;

export const logEntry = z.object({
  stream: z.enum(['stdout', 'stderr']),
  /** Unix milliseconds. */
  time: z.number(),
  /** Without the line's end; of a terminal's log, with its escape sequences. */
  text: z.string(),
  /** How many bytes of the log stood before it that aren't kept any more. */
  missedBytes: z.int().optional(),
});
export type LogEntry = z.infer<typeof logEntry>;

/** Of a container that is there; what is left out stays as it is. */
export const containerUpdate = z.object({
  id: containerRef,
  memoryBytes: z.int().positive().optional(),
  /** 0 is no limit. */
  pidsLimit: z.int().optional(),
  limits: resourceLimits.optional(),
  restartPolicy: restartPolicy.optional(),
});

/** An image of a container as it stands. */
export const containerCommit = z.object({
  id: containerRef,
  /** What the image is called: `name:tag`. */
  reference: z.string().optional(),
  author: z.string().optional(),
  comment: z.string().optional(),
  /** Instructions of a Dockerfile: `CMD ["sh"]`. */
  changes: z.array(z.string()),
  /** Whether its processes stand still meanwhile. */
  pause: z.boolean(),
});
