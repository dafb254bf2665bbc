import { z } from 'zod';

import { digest } from './digest.ts';

/** How this engine's images are served to others. */
export const registryOptions = z.object({
  /** `127.0.0.1:5000`; port 0 is any that is free. */
  listen: z.string().max(300),
  /** Whether images may be pushed. */
  push: z.boolean(),
  /** As PEM. */
  tls: z.object({ cert: z.string(), key: z.string() }).optional(),
  /** What every request has to bring. */
  login: z.object({ username: z.string().min(1), password: z.string().min(1) }).optional(),
});
export type RegistryOptions = z.infer<typeof registryOptions>;

/** How the registry stands that is switched on and off; without an address it is off. */
export const servedRegistry = z.object({
  /** `http://127.0.0.1:5000`. */
  address: z.string().optional(),
  push: z.boolean().optional(),
  needsLogin: z.boolean().optional(),
});
export type ServedRegistry = z.infer<typeof servedRegistry>;

/** A part of a list that only the registry has whole; `next` asks for the part after it. */
export const namesPage = z.object({ names: z.array(z.string()), next: z.string().optional() });
export type NamesPage = z.infer<typeof namesPage>;

/** What part of it. */
export const namesWish = z.object({
  after: z.string().max(4096).optional(),
  limit: z.int().min(1).max(10_000).optional(),
});

/** A registry's host, with its port if it has one: `docker.io`, `registry.example:5000`. */
export const registryHost = z.string().regex(/^[\w.[\]:-]{1,255}$/);

/** A registry that a login is kept for; never the secret itself. */
export const registryLogin = z.object({
  registry: z.string(),
  /** Not known of tokens, nor of what another program keeps. */
  username: z.string().optional(),
  /** `foreign`: a file of docker's or podman's, which is read and never written. */
  kept: z.enum(['keychain', 'file', 'foreign']),
});

/** What somebody has said of one registry. */
export const registrySettings = z.object({
  /** `mirror.example:5000`, `mirror.example/hub`: copies that are read from before the registry itself, in this order. */
  mirrors: z.array(z.string().max(300)),
  /** Any certificate will do, and plain HTTP where there is no HTTPS. */
  insecure: z.boolean(),
  /** Who may vouch for it besides whom the system trusts: PEM; empty is nobody. */
  authorities: z.string().max(1_000_000),
  /** Whom to go through: an address, `none` for nobody; empty is whom the environment says. Never shown with its password. */
  proxy: z.string().max(1000),
});
export type RegistrySettings = z.infer<typeof registrySettings>;

/** One repository that a search found. */
export const foundRepository = z.object({
  /** As it is pulled, in familiar form, without a tag. */
  name: z.string(),
  description: z.string(),
  stars: z.int(),
  isOfficial: z.boolean(),
  isAutomated: z.boolean(),
});
export type FoundRepository = z.infer<typeof foundRepository>;

/** What a name leads to at its registry. */
export const remoteImage = z.object({
  /** In familiar form. */
  reference: z.string(),
  digest,
  mediaType: z.string(),
  /** Of the manifest or index: bytes. */
  size: z.int(),
  /** `linux/arm64`, one for each image. */
  platforms: z.array(z.string()),
});
export type RemoteImage = z.infer<typeof remoteImage>;
