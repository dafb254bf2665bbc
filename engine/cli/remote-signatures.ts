import type { Command } from 'commander';

import type { Referrer, SignatureReport } from '#engine/contract/referrer.ts';

import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { readTextFile } from './read-text-file.ts';
import { formatTable } from './table.ts';
import { withEngine } from './with-engine.ts';

type Options = PlaceOptions & FormatOptions;

export function addRemoteSignatures(remote: Command): void {
  withFormat(withPlace(remote.command('referrers')))
    .description('signatures, lists of contents and attestations of an image')
    .argument('<reference>', 'for example registry.example:5000/team/app:v1')
    .action((reference: string, options: Options) =>
      withEngine(options, async (engine) => {
        const { referrers } = await engine.call('registries.referrers', { reference });
        print(options, referrers, referrersTable);
      }),
    );
  withFormat(withPlace(remote.command('verify-signature')))
    .description('whether an image was signed with a key (cosign); ends with 1 when it was not')
    .argument('<reference>', 'for example registry.example:5000/team/app:v1')
    .requiredOption('--key <file>', 'the public key, as cosign.pub has it')
    .action((reference: string, { key, ...options }: Options & { readonly key: string }) =>
      verify(reference, key, options),
    );
}

async function verify(reference: string, keyFile: string, options: Options): Promise<void> {
  const key = await readTextFile(keyFile);
  await withEngine(options, async (engine) => {
    const report = await engine.call('registries.verifySignature', { reference, key });
    print(options, report, (found) => reportLines(reference, found));
    if (!report.isSigned) process.exitCode = 1;
  });
}

function referrersTable(referrers: readonly Referrer[]): string {
  if (referrers.length === 0) return 'Nothing there is about it.\n';
  const rows = referrers.map(({ digest, kind, size, artifactType }) => [
    digest,
    kind,
    size === undefined ? '-' : formatBytes(size),
    artifactType ?? '-',
  ]);
  return formatTable(['DIGEST', 'KIND', 'SIZE', 'TYPE'], rows);
}

function reportLines(reference: string, { digest, isSigned, signatures }: SignatureReport): string {
  const problems = {
    'another-key': 'made with another key',
    'another-image': 'made for another image',
    unreadable: 'not readable',
  };
  const lines = signatures.map(({ manifest, problem, identity = '' }) => {
    const state = problem === undefined ? 'valid' : problems[problem];
    return `${manifest}: ${state}${identity === '' ? '' : `, for ${identity}`}\n`;
  });
  const verdict = isSigned ? 'is signed with this key' : 'is not signed with this key';
  return [`${reference} (${digest}) ${verdict}\n`, ...lines].join('');
}
