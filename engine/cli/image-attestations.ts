import { Command } from 'commander';

import type { Attestation, ImageAttestations } from '#engine/contract/attestation.ts';
import { shortDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { formatBytes } from './format.ts';
import { print, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

interface AttestationOptions extends PlaceOptions, FormatOptions {
  readonly show?: string;
}

export function attestationsCommand(): Command {
  return new Command('attestations')
    .description('what is said of it beside it: the packages in it, and how it was made')
    .argument('<image>')
    .option('--show <which>', 'print one as it is kept: sbom, provenance, or the beginning of its digest')
    .action((image: string, options: AttestationOptions) =>
      withEngine(options, async (engine, signal) => {
        const all = await engine.call('images.attestations', { image });
        if (options.show === undefined) {
          print(options, all, attestationsTable);
          return;
        }
        const wanted = { image, digest: chosen(all.attestations, options.show, image) };
        for await (const piece of engine.stream('images.attestation', wanted, signal)) process.stdout.write(piece);
        process.stdout.write('\n');
      }),
    );
}

/** The first that it fits, in the order of the index. */
function chosen(attestations: readonly Attestation[], which: string, image: string): Digest {
  const hex = which.replace(/^sha256:/, '');
  const found = attestations.find(({ kind, digest }) => kind === which || digest.startsWith(`sha256:${hex}`));
  if (found !== undefined) return found.digest;
  throw new EngineError(
    'not-found',
    `Nothing is said of ${image} that is called ${which}; estrato image attestations lists what there is.`,
  );
}

export function attestationsTable({ attestations }: ImageAttestations): string {
  if (attestations.length === 0)
    return 'Nothing is said of it here: build it with --sbom or --provenance, or pull it with --all-platforms.\n';
  const rows = attestations.map(({ kind, platform, size, digest, predicateType }) => [
    kind,
    platform,
    formatBytes(size),
    shortDigest(digest),
    predicateType,
  ]);
  return formatTable(['KIND', 'PLATFORM', 'SIZE', 'DIGEST', 'STATEMENT'], rows);
}
