import { z } from 'zod';

/* What of the Compose specification is understood: the common subset. Anything else is refused, by its place. */

/** Keys that begin with `x-` are for others. */
function strict<Shape extends z.ZodRawShape>(shape: Shape): z.ZodPreprocess<z.ZodObject<Shape, z.core.$strict>> {
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value ?? {};
    return Object.fromEntries(Object.entries(value).filter(([name]) => !name.startsWith('x-')));
  }, z.strictObject(shape));
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
/** Also a number that is written as a word, as a variable gives it. */
const whole = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const truth = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const words = z.array(scalar);
/** One, or several. */
const wordOrWords = z.union([scalar.transform((word) => [word]), words]);
/** A shell's line, or words. */
const command = z.union([z.string(), words, z.null()]);

/** `NAME=value` lines, or a mapping; null is a name alone. */
const pairs = z.union([
  words.transform((lines) =>
    Object.fromEntries(
      lines.map((line) => {
        const equals = line.indexOf('=');
        return equals < 0 ? [line, null] : [line.slice(0, equals), line.slice(equals + 1)];
      }),
    ),
  ),
  z.record(z.string(), scalar.nullable()),
]);

interface Build {
  readonly context?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly args?: Record<string, string | null> | undefined;
  readonly labels?: Record<string, string | null> | undefined;
  readonly target?: string | undefined;
  readonly network?: string | undefined;
}

const build = z.union([
  z.string().transform((context): Build => ({ context })),
  strict({
    context: z.string().optional(),
    dockerfile: z.string().optional(),
    args: pairs.optional(),
    labels: pairs.optional(),
    target: z.string().optional(),
    network: z.string().optional(),
  }),
]);

const dependencies = z.union([
  words.transform((names) =>
    Object.fromEntries(names.map((name) => [name, { condition: 'service_started' as const, required: true }])),
  ),
  z.record(
    z.string(),
    strict({
      condition: z
        .enum(['service_started', 'service_healthy', 'service_completed_successfully'])
        .default('service_started'),
      required: truth.default(true),
      restart: truth.optional(),
    }),
  ),
]);

const port = z.union([
  scalar,
  strict({
    target: whole,
    published: scalar.optional(),
    host_ip: z.string().optional(),
    protocol: z.string().default('tcp'),
    mode: z.enum(['host', 'ingress']).optional(),
    name: z.string().optional(),
    app_protocol: z.string().optional(),
  }),
]);

const volumeMount = z.union([
  z.string(),
  strict({
    type: z.enum(['bind', 'volume', 'tmpfs']),
    source: z.string().optional(),
    target: z.string(),
    read_only: truth.optional(),
    bind: strict({ propagation: z.string().optional(), create_host_path: truth.optional() }).optional(),
    volume: strict({ nocopy: truth.optional(), subpath: z.string().optional() }).optional(),
    tmpfs: strict({ size: scalar.optional(), mode: whole.optional() }).optional(),
  }),
]);

const joined = z.union([
  words.transform((names): Record<string, Joined | null> => Object.fromEntries(names.map((name) => [name, null]))),
  z.record(
    z.string(),
    strict({
      aliases: words.optional(),
      ipv4_address: z.string().optional(),
      ipv6_address: z.string().optional(),
      mac_address: z.string().optional(),
      priority: whole.optional(),
    }).nullable(),
  ),
]);
interface Joined {
  readonly aliases?: string[] | undefined;
  readonly ipv4_address?: string | undefined;
  readonly ipv6_address?: string | undefined;
  readonly mac_address?: string | undefined;
}

const healthcheck = strict({
  test: z.union([z.string(), words]).optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  start_period: z.string().optional(),
  start_interval: z.string().optional(),
  retries: whole.optional(),
  disable: truth.optional(),
});

const deploy = strict({
  replicas: whole.optional(),
  resources: strict({
    limits: strict({ cpus: scalar.optional(), memory: scalar.optional(), pids: whole.optional() }).optional(),
    reservations: strict({ memory: scalar.optional() }).optional(),
  }).optional(),
});

const envFile = z.union([
  z.string().transform((path) => [{ path, required: true }]),
  z.array(
    z.union([
      z.string().transform((path) => ({ path, required: true })),
      strict({ path: z.string(), required: truth.default(true) }),
    ]),
  ),
]);

const ulimit = z.union([
  whole.transform((limit) => ({ soft: limit, hard: limit })),
  strict({ soft: whole, hard: whole }),
]);

const service = strict({
  image: z.string().optional(),
  build: build.optional(),
  command: command.optional(),
  entrypoint: command.optional(),
  environment: pairs.optional(),
  env_file: envFile.optional(),
  labels: pairs.optional(),
  depends_on: dependencies.optional(),
  profiles: words.optional(),
  scale: whole.optional(),
  deploy: deploy.optional(),
  restart: z.string().optional(),
  healthcheck: healthcheck.optional(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  user: scalar.optional(),
  working_dir: z.string().optional(),
  tty: truth.optional(),
  stdin_open: truth.optional(),
  init: truth.optional(),
  platform: z.string().optional(),
  pull_policy: z.enum(['always', 'never', 'missing', 'if_not_present', 'build']).optional(),
  stop_signal: z.string().optional(),
  stop_grace_period: z.string().optional(),
  logging: strict({ driver: z.string().optional(), options: pairs.optional() }).optional(),
  ports: z.array(port).optional(),
  expose: words.optional(),
  networks: joined.optional(),
  network_mode: z.string().optional(),
  mac_address: z.string().optional(),
  dns: wordOrWords.optional(),
  dns_search: wordOrWords.optional(),
  dns_opt: words.optional(),
  extra_hosts: pairs.optional(),
  volumes: z.array(volumeMount).optional(),
  tmpfs: wordOrWords.optional(),
  read_only: truth.optional(),
  shm_size: scalar.optional(),
  devices: words.optional(),
  mem_limit: scalar.optional(),
  mem_reservation: scalar.optional(),
  memswap_limit: scalar.optional(),
  cpus: scalar.optional(),
  cpu_shares: whole.optional(),
  cpuset: z.string().optional(),
  pids_limit: whole.optional(),
  ulimits: z.record(z.string(), ulimit).optional(),
  privileged: truth.optional(),
  cap_add: words.optional(),
  cap_drop: words.optional(),
  security_opt: words.optional(),
  sysctls: pairs.optional(),
  group_add: words.optional(),
  pid: z.string().optional(),
  ipc: z.string().optional(),
  uts: z.string().optional(),
  userns_mode: z.string().optional(),
  runtime: z.string().optional(),
});
export type Service = z.infer<typeof service>;

const network = strict({
  name: z.string().optional(),
  external: truth.optional(),
  driver: z.string().optional(),
  driver_opts: pairs.optional(),
  internal: truth.optional(),
  attachable: truth.optional(),
  enable_ipv6: truth.optional(),
  labels: pairs.optional(),
  ipam: strict({
    driver: z.string().optional(),
    config: z
      .array(strict({ subnet: z.string().optional(), gateway: z.string().optional(), ip_range: z.string().optional() }))
      .optional(),
  }).optional(),
});

const volume = strict({
  name: z.string().optional(),
  external: truth.optional(),
  driver: z.string().optional(),
  driver_opts: pairs.optional(),
  labels: pairs.optional(),
});

/** A Compose file, in the words of the Compose specification. */
export const composeFile = strict({
  /** Of before there was a specification; it says nothing any more. */
  version: scalar.optional(),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/)
    .optional(),
  services: z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), service).default({}),
  networks: z.record(z.string(), network).default({}),
  volumes: z.record(z.string(), volume).default({}),
});
export type ComposeFile = z.infer<typeof composeFile>;
export type NetworkFacts = z.infer<typeof network>;
export type VolumeFacts = z.infer<typeof volume>;
