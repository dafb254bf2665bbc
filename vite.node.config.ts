import { builtinModules } from 'node:module';

import { defineConfig, type Plugin, type UserConfigFnObject } from 'vite';

import project from './package.json' with { type: 'json' };

/** What runs outside the page, one part a run, each with all it needs in it. */
const parts = {
  /** The desktop process. */
  main: {
    input: { main: 'electron/main.ts' },
    outDir: 'dist/electron',
    output: { format: 'esm', entryFileNames: '[name].js' },
  },
  /** A single CommonJS file: all that a sandboxed preload may be. */
  preload: {
    input: { preload: 'electron/preload.ts' },
    outDir: 'dist/electron',
    output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
  },
  /** The engine and the command line for a package, as deep in it as the sources are, so that paths stay true. */
  engine: {
    input: { main: 'engine/cli/main.ts', 'apply-worker': 'engine/layer/apply-worker.ts' },
    outDir: 'dist/engine',
    output: { format: 'esm', entryFileNames: 'cli/[name].js', chunkFileNames: 'cli/[name]-[hash].js' },
  },
} as const;

function partOf(mode: string): (typeof parts)[keyof typeof parts] {
  if (mode === 'preload') return parts.preload;
  return mode === 'engine' ? parts.engine : parts.main;
}

/** What the packaged engine needs to know of the project: that its files are modules, and their version. */
const packageDocument: Plugin = {
  name: 'estrato-package-document',
  generateBundle() {
    const { name, version, type } = project;
    this.emitFile({ type: 'asset', fileName: 'package.json', source: JSON.stringify({ name, version, type }) });
  },
};

const config: UserConfigFnObject = defineConfig(({ mode }) => {
  const { input, outDir, output } = partOf(mode);
  return {
    plugins: mode === 'engine' ? [packageDocument] : [],
    ssr: { noExternal: true, target: mode === 'preload' ? 'webworker' : 'node' },
    resolve: { conditions: ['node', 'import', 'default'] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: mode === 'engine',
      target: 'node24',
      minify: false,
      rolldownOptions: { input, external: ['electron', /^node:/, ...builtinModules], output },
    },
  };
});

export default config;
