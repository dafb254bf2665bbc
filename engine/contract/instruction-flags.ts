/** `many` may stand more than once; a `switch` needs no value. */
export type FlagKind = 'one' | 'many' | 'switch';

type Flags = Readonly<Record<string, FlagKind>>;

const copying = { chown: 'one', chmod: 'one', link: 'switch', exclude: 'many' } as const;
const none: Flags = {};

/** Every instruction of a Dockerfile with its flags, without their `--` (Dockerfile reference). */
export const instructionFlags = {
  ADD: { ...copying, checksum: 'one', 'keep-git-dir': 'switch', unpack: 'switch' },
  ARG: none,
  CMD: none,
  COPY: { ...copying, from: 'one', parents: 'switch' },
  ENTRYPOINT: none,
  ENV: none,
  EXPOSE: none,
  FROM: { platform: 'one' },
  HEALTHCHECK: { interval: 'one', timeout: 'one', 'start-period': 'one', 'start-interval': 'one', retries: 'one' },
  LABEL: none,
  MAINTAINER: none,
  ONBUILD: none,
  RUN: { mount: 'many', network: 'one', security: 'one', device: 'many' },
  SHELL: none,
  STOPSIGNAL: none,
  USER: none,
  VOLUME: none,
  WORKDIR: none,
} as const satisfies Readonly<Record<string, Flags>>;
