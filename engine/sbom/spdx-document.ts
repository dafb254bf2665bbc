import { createHash } from 'node:crypto';

import type { Distribution, InstalledPackage, UnreadPackages } from '#engine/contract/package.ts';

import { packageUrl } from './package-url.ts';

/** What a list of an image's packages is made of. */
export interface ImageContents {
  /** As people call it. */
  readonly image: string;
  /** sha256 in hex of what the image is known by. */
  readonly digest: string;
  /** RFC 3339. */
  readonly created: string;
  /** Of this program. */
  readonly version: string;
  readonly packages: readonly InstalledPackage[];
  readonly unread: readonly UnreadPackages[];
  readonly distribution?: Distribution | undefined;
}

/** What nobody has said. */
const NOTHING = 'NOASSERTION';
const IMAGE = 'SPDXRef-Image';

/**
 * The packages of an image as an SPDX 2.3 document (spdx.github.io/spdx-spec/v2.3). The same contents and date give the same
 * document. Licences stand in comments as the packages say them: what they write need not be an SPDX expression.
 */
export function spdxDocument(contents: ImageContents): object {
  const { image, digest, created, version, packages, unread, distribution } = contents;
  const listed = packages.map((found) => ({ id: idOf(found), found }));
  const about = [
    ...(distribution === undefined ? [] : [`Distribution: ${distribution.name ?? distribution.id}.`]),
    ...unread.map(({ path, reason }) => `Not read: ${path} (${reason}).`),
  ];
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image,
    documentNamespace: `urn:estrato:sbom:${digest}`,
    creationInfo: { created: created.replace(/\.\d+Z$/, 'Z'), creators: [`Tool: estrato-${version}`] },
    ...(about.length === 0 ? {} : { comment: about.join('\n') }),
    packages: [imagePackage(image, digest), ...listed.map(({ id, found }) => packageOf(id, found, distribution))],
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE),
      ...listed.map(({ id }) => relationship(IMAGE, 'CONTAINS', id)),
    ],
  };
}

function imagePackage(name: string, digest: string): object {
  return {
    SPDXID: IMAGE,
    name,
    downloadLocation: NOTHING,
    filesAnalyzed: false,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: digest }],
  };
}

function packageOf(id: string, found: InstalledPackage, distribution: Distribution | undefined): object {
  const { name, version, license, source, path, layer } = found;
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: NOTHING,
    filesAnalyzed: false,
    licenseConcluded: NOTHING,
    licenseDeclared: NOTHING,
    copyrightText: NOTHING,
    ...(license === undefined ? {} : { licenseComments: `The package says: ${license}` }),
    sourceInfo: `installed as ${path} of layer ${layer + 1} says${source === undefined ? '' : `, built from ${source}`}`,
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: packageUrl(found, distribution),
      },
    ],
  };
}

function relationship(from: string, relationshipType: string, to: string): object {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

/** Letters, digits, `.` and `-` only; a name may be installed in several places, and in several versions. */
function idOf({ kind, name, version, architecture = '', path }: InstalledPackage): string {
  const rest = createHash('sha256')
    .update(JSON.stringify([version, architecture, path]))
    .digest('hex')
    .slice(0, 16);
  return `SPDXRef-Package-${kind}-${name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}-${rest}`;
}
