import { registerHooks } from 'node:module';

/*
 * To be imported before the built main process (`node --import`): where there is no Electron, what it imports as
 * `electron` is the stand-in.
 */

const standIn = new URL('stand-in-electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
