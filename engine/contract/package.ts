import { z } from 'zod';

/** Whose package it is: the names that package URLs have for them (github.com/package-url/purl-spec). */
const packageKind = z.enum(['deb', 'apk', 'rpm', 'npm', 'pypi']);

/** A package that an image's files say is installed. */
export const installedPackage = z.object({
  kind: packageKind,
  name: z.string(),
  version: z.string(),
  architecture: z.string().optional(),
  /** As the package says it, which need not be an SPDX expression. */
  license: z.string().optional(),
  /** The source package that it was built from, where that is called otherwise. */
  source: z.string().optional(),
  /** The file that says so. */
  path: z.string(),
  /** The layer whose file that is, from 0. */
  layer: z.int(),
});
export type InstalledPackage = z.infer<typeof installedPackage>;

/** A file that says what is installed and wasn't read, and why. */
export const unreadPackages = z.object({
  path: z.string(),
  reason: z.enum(['too-large', 'unknown-form', 'damaged', 'too-many']),
});
export type UnreadPackages = z.infer<typeof unreadPackages>;

/** What the image is a distribution of (os-release(5)). */
export const distribution = z.object({ id: z.string(), version: z.string().optional(), name: z.string().optional() });
export type Distribution = z.infer<typeof distribution>;

/** A part of what is installed in an image; `distribution` and what is unread come with the last. */
export const packagePage = z.object({
  packages: z.array(installedPackage),
  unread: z.array(unreadPackages),
  distribution: distribution.optional(),
});
export type PackagePage = z.infer<typeof packagePage>;
