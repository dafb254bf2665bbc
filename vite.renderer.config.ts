import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

import { firstScript } from './engine/client/first-script.ts';

/** The renderer, served under `app://` by the desktop and over http by `estrato serve`: hence the relative base. */
const config: UserConfig = defineConfig({
  root: 'renderer',
  base: './',
  plugins: [
    react(),
    {
      name: 'first-script',
      transformIndexHtml: () => [{ tag: 'script', children: firstScript, injectTo: 'head-prepend' }],
    },
  ],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome130',
    // The content security policy allows no data: URL for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});

export default config;
