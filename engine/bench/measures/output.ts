import { join } from 'node:path';

import { makeLines } from '#engine/bench/big-files.ts';
import type { Bench, Contestant, Measure } from '#engine/bench/measure.ts';
import { TimedShell } from '#engine/bench/timed-shell.ts';

import { dockerShell } from './cli.ts';

const MEGABYTES = 208;

/** `cat` of a file through `docker run`, from the command's start to its end, every byte of it counted. */
async function catThrough(bench: Bench, undo: AsyncDisposableStack, options: string): Promise<Contestant[]> {
  const file = join(bench.directory, 'lines');
  await makeLines(file, MEGABYTES);
  return bench.peers.map((peer) => {
    const shell = dockerShell(bench, peer, undo);
    const command = `docker run --rm ${options} -v ${file}:/lines:ro ${bench.image} cat /lines`;
    return { name: peer.name, sample: () => megabytesPerSecond(shell, command) };
  });
}

async function megabytesPerSecond(shell: TimedShell, command: string): Promise<number> {
  const took = await shell.time(`test $(${command} | wc -c) -ge ${String(MEGABYTES)}000000`);
  return MEGABYTES / (took / 1000);
}

export const terminalOutput: Measure = {
  name: 'terminal-output',
  title: `\`cat\` of ${String(MEGABYTES)} MB through \`docker run -t\``,
  unit: 'MB/s',
  target: { of: 'host pty', atLeast: 0.9 },
  rounds: 3,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const ofPeers = await catThrough(bench, undo, '-t');
    const shell = undo.use(new TimedShell({}));
    const command = `script -qec 'cat ${join(bench.directory, 'lines')}' /dev/null`;
    return [...ofPeers, { name: 'host pty', sample: () => megabytesPerSecond(shell, command) }];
  },
};

export const pipeOutput: Measure = {
  name: 'pipe-output',
  title: 'the same without a terminal',
  unit: 'MB/s',
  target: { of: 'docker', atLeast: 8 },
  rounds: 3,
  warmsUp: false,
  contestants: (bench, undo) => catThrough(bench, undo, ''),
};
