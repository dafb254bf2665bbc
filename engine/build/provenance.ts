import { posix } from 'node:path';

import type { Platform } from '#engine/contract/image.ts';
import type { Statement } from '#engine/image/attestation-layout.ts';
import { formatPlatform } from '#engine/oci/platform.ts';

import type { BuildRequest } from './build-request.ts';
import type { Material } from './materials.ts';
import { Redactor } from './redactor.ts';

/** What there is to say of how one image was made. */
export interface BuildFacts {
  readonly request: BuildRequest;
  /** Whether the values that the build was given are said. */
  readonly mode: 'min' | 'max';
  readonly platform: Platform;
  readonly builderPlatform: Platform;
  readonly version: string;
  /** Of the build's record. */
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly materials: readonly Material[];
}

/**
 * How an image was made, as SLSA provenance (slsa.dev/spec/v1.0/provenance). Of secrets there are the names at most, and where a value
 * that was given holds one it is taken out.
 */
export function provenanceOf(facts: BuildFacts): Statement {
  const { request, mode, platform, builderPlatform, version, id, startedAt, finishedAt, materials } = facts;
  const { dockerfile, dockerfileName, target } = request;
  const shown = hiding(request);
  const predicate = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        // Where it lay on somebody's machine is nobody's business.
        dockerfile: posix.basename(dockerfileName),
        ...(target === undefined ? {} : { target }),
        platform: formatPlatform(platform),
        ...(mode === 'max' ? given(request, shown) : {}),
      },
      internalParameters: { builderPlatform: formatPlatform(builderPlatform) },
      resolvedDependencies: materials,
    },
    runDetails: {
      builder: { id: BUILDER, version: { estrato: version } },
      metadata: { invocationId: id, startedOn: startedAt.toISOString(), finishedOn: finishedAt.toISOString() },
      ...(mode === 'max' ? { byproducts: [sourceOf(posix.basename(dockerfileName), shown(dockerfile))] } : {}),
    },
  };
  return { predicateType: 'https://slsa.dev/provenance/v1', predicate };
}

/** What `externalParameters` mean, and who has built. */
const BUILD_TYPE = 'urn:estrato:build:dockerfile:1';
const BUILDER = 'urn:estrato:engine';

function given({ args, labels, secrets, network, noCache }: BuildRequest, shown: (text: string) => string): object {
  return {
    args: Object.fromEntries([...args].map(([name, value]) => [name, shown(value)])),
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, shown(value)])),
    secrets: [...secrets.keys()].map((name) => ({ id: name })),
    network,
    noCache,
  };
}

function sourceOf(name: string, text: string): object {
  return { name, mediaType: 'text/x-dockerfile', content: Buffer.from(text).toString('base64') };
}

function hiding({ secrets }: BuildRequest): (text: string) => string {
  return (text) => {
    const redactor = new Redactor(secrets.values());
    return redactor.add(text) + redactor.rest();
  };
}
