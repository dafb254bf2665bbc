import { z } from 'zod';

import { digest } from '#engine/contract/digest.ts';
import { referrer, signatureReport } from '#engine/contract/referrer.ts';
import {
  foundRepository,
  namesPage,
  namesWish,
  registryHost,
  registryLogin,
  registryOptions,
  registrySettings,
  remoteImage,
  servedRegistry,
} from '#engine/contract/registry.ts';
import { call, nothing, stream } from '#engine/contract/method.ts';

/** Registries elsewhere, and the engine as one. */
export const registryMethods = {
  /** Serves the images as a registry for as long as somebody listens to this; says where, once it does. */
  'registry.serve': stream(registryOptions, z.object({ address: z.string() })),
  /** The same, until it is switched off or the engine ends. @throws `conflict` when it is on. */
  'registry.turnOn': call(registryOptions, servedRegistry),
  'registry.turnOff': call(nothing, nothing),
  /** Whether it is on, and again whenever that changes. */
  'registry.watch': stream(nothing, servedRegistry),
  /** Logins that are kept here or by docker and podman; never a secret. */
  'registries.logins': call(nothing, z.array(registryLogin)),
  /** Asks the registry, and keeps what it accepts: in the desktop's keychain, or in a file that only its owner reads. */
  'registries.login': call(
    z.object({
      registry: registryHost,
      username: z.string().min(1),
      password: z.string().min(1),
      /** With a key of the desktop's keychain, if one is lent: then only engines that are lent it too can use it. */
      sealed: z.boolean().optional(),
    }),
    z.object({ kept: z.enum(['keychain', 'file']) }),
  ),
  /** The key that a desktop's keychain has for logins, in base64: the engine never writes it anywhere. */
  'registries.lendKey': call(z.object({ key: z.base64().length(44) }), nothing),
  /** @throws `not-found` when none is kept here: others' files are never written. */
  'registries.logout': call(z.object({ registry: registryHost }), nothing),
  /** Of each registry about which something was said. */
  'registries.settings': call(nothing, z.array(registrySettings.extend({ registry: z.string() }))),
  /** What is given replaces what was said; the answer says how it stands. */
  'registries.configure': call(registrySettings.partial().extend({ registry: registryHost }), registrySettings),
  /** @param repository as it is pulled, without a tag. */
  'registries.tags': call(namesWish.extend({ repository: z.string() }), namesPage),
  /** @throws `unsupported` where a registry doesn't tell. */
  'registries.repositories': call(namesWish.extend({ registry: registryHost }), namesPage),
  /** At Docker Hub unless told. @throws `unsupported` where there is nothing to search in. */
  'registries.search': call(
    z.object({
      registry: registryHost.optional(),
      term: z.string().min(1).max(255),
      limit: z.int().min(1).max(100).optional(),
      /** Which part of what is found, of `limit` each; the first is 1. */
      page: z.int().min(1).max(1000).optional(),
    }),
    z.array(foundRepository),
  ),
  /** What a name leads to there; nothing is stored. */
  'registries.inspect': call(z.object({ reference: z.string() }), remoteImage),
  /** Signatures, lists of contents and attestations that are there for what a name leads to; nothing of it is verified. */
  'registries.referrers': call(z.object({ reference: z.string() }), z.object({ digest, referrers: z.array(referrer) })),
  /** Looks at cosign's signatures with a public key (PEM). */
  'registries.verifySignature': call(
    z.object({ reference: z.string(), key: z.string().max(100_000) }),
    signatureReport,
  ),
  /**
   * By a digest: the manifest with all its tags. By a tag: the tag, or where a registry can't do that the whole manifest, if `whole`.
   * @throws `unsupported` where it lets nobody remove; `conflict` for a tag that only goes with its manifest.
   */
  'registries.remove': call(
    z.object({ reference: z.string(), whole: z.boolean().optional() }),
    z.object({ removed: z.enum(['tag', 'manifest']), digest }),
  ),
};
