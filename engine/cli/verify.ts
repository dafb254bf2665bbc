import type { Command } from 'commander';

import type { Verification } from '#engine/contract/verification.ts';

import { followJob } from './follow-job.ts';
import { formatBytes } from './format.ts';
import { print, withFormat, type FormatOptions } from './output-format.ts';
import type { PlaceOptions } from './place-options.ts';
import { withPlace } from './place-options.ts';
import { withEngine } from './with-engine.ts';

export function addVerify(program: Command): void {
  withFormat(withPlace(program.command('verify')))
    .description('read every blob and layer again, and put right what was damaged')
    .argument('[image]', 'only what this image is made of')
    .action((image: string | undefined, options: PlaceOptions & FormatOptions) =>
      withEngine(options, async (engine, signal) => {
        const params = image === undefined ? {} : { image };
        const begin = async (): Promise<string> => (await engine.call('images.verify', params)).job;
        const { verification } = await followJob(engine, { begin, signal });
        if (verification === undefined) return;
        print(options, verification, verificationText);
        if (verification.findings.some(({ state }) => state !== 'repaired')) process.exitCode = 1;
      }),
    );
}

export function verificationText({ checked, checkedBytes, findings }: Verification): string {
  const read = `${checked} blobs and layers read again, ${formatBytes(checkedBytes)}`;
  const lines = findings.map(
    ({ state, message, neededBy }) => `${state}: ${message} (${neededBy.map(({ name }) => name).join(', ')})\n`,
  );
  return `${lines.join('')}${read}: ${findings.length === 0 ? 'all are what they are called' : `${findings.length} were not`}\n`;
}
