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
    input: {
      main: 'engine/cli/main.ts',
      'apply-worker': 'engine/layer/apply-worker.ts',
      'search-worker': 'engine/inspect/search-worker.ts',
      'diff-worker': 'engine/inspect/diff-worker.ts',
      'inspect-worker': 'engine/inspect/inspect-worker.ts',
    },
    outDir: 'dist/engine',
    output: {
      format: 'esm',
      entryFileNames: 'cli/[name].js',
      chunkFileNames: 'cli/[name]-[hash].js',
      // Licences stay; the rest is text that V8 would keep in memory.
      comments: { legal: true, annotation: false, jsdoc: false },
    },
  },
} as const;

function partOf(mode: string): (typeof parts)[keyof typeof parts] {
  if (mode === 'preload') return parts.preload;
  return mode === 'engine' ? parts.engine : parts.main;
}

/**
 * V8 keeps a source with a single letter outside Latin-1 in two bytes a letter, for as long as the program runs. An
 * escape means the same wherever such letters stand: in strings, templates and regular expressions.
 */
const oneByteLetters: Plugin = {
  name: 'estrato-one-byte-letters',
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type === 'chunk') part.code = part.code.replaceAll(/[\u0100-\uffff]/g, escaped);
    }
  },
};

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * To import from a module of Node's own, Node reads everything that it exports, and some of that is loaded only when it
 * is read: a client for the web with `node:http`, web cryptography with `node:crypto`. Taken as the object that it is,
 * none of it is: a third of a command's start, and megabytes of an engine.
 */
const builtinsAsObjects: Plugin = {
  name: 'estrato-builtins-as-objects',
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) {
      if (part.type === 'chunk') part.code = part.code.replaceAll(BUILTIN_IMPORT, takenAsObject);
    }
  },
};

const BUILTIN_IMPORT = /^import (?:\* as )?(\w+)?(?:, )?(\{[^}]*\})? from "(node:[\w/]+)";$/gm;

function takenAsObject(_whole: string, all: string | undefined, names: string | undefined, from: string): string {
  const taken = [all, names?.replaceAll(' as ', ': ')].filter((pattern) => pattern !== undefined);
  return taken.map((pattern) => `const ${pattern} = process.getBuiltinModule("${from}");`).join(' ');
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
    plugins: mode === 'engine' ? [packageDocument, oneByteLetters, builtinsAsObjects] : [],
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
