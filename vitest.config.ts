import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const linux = ['**/*.linux.test.ts', '**/*.compat.test.ts'];
const e2e = ['**/*.e2e.test.ts'];
const elsewhere = ['**/node_modules/**', 'dist/**'];

/**
 * Hundreds of engines and command lines are started: each finds what Node has compiled for the first, which halves their
 * start (nodejs.org/api/module.html, "Module compile cache").
 */
const startsFast = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url)) };

/** What is waited for comes at once, or on a busy machine by and by: a second, as it usually is, is no answer. */
const patient = { poll: { timeout: 15_000 } };

const config: ViteUserConfig = defineConfig({
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...elsewhere, ...linux, ...e2e],
          testTimeout: 10_000,
          // Each file in a world of its own would load the same modules a hundred times.
          pool: 'forks',
          isolate: false,
          // Every core: by default one is left idle, which on a machine with two is half of it.
          maxWorkers: '100%',
        },
      },
      {
        // These share the machine's mounts, cgroups and addresses, so they take turns.
        extends: true,
        test: {
          name: 'linux',
          env: startsFast,
          expect: patient,
          include: linux,
          exclude: elsewhere,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          env: startsFast,
          expect: patient,
          include: e2e,
          exclude: elsewhere,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});

export default config;
