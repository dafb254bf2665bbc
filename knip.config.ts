import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    '.ci/complete-lock.mjs',
    'electron/{start,dev,main,preload}.ts',
    'engine/cli/{main.ts,estrato.mjs}',
    'engine/oci-command/estrato-runtime.ts',
    'engine/bench/main.ts',
    'engine/layer/apply-worker.ts',
    'engine/inspect/{search,diff,inspect}-worker.ts',
    'engine/testing/run/{run-tests,tally-reporter}.ts',
    '**/*.test.{ts,tsx}',
  ],
  project: ['**/*.{ts,tsx,mjs}'],
  // A schema and the type made of it are said together, though most files need only one of them.
  ignoreExportsUsedInFile: true,
  // Called by name, as programs: from the checks, and for making packages.
  ignoreDependencies: ['electron-builder', 'prettier'],
  // The system's.
  ignoreBinaries: [
    'make',
    'apt-get',
    'apt-cache',
    'docker-registry',
    'ssh-agent',
    'dockerd',
    'podman',
    'unshare',
    'script',
  ],
};

export default config;
