import type { Page } from 'playwright-core';

import { STORY_IMAGE, type StoryApp } from './story-app.ts';

/** A screen of the app, and how one knows that it is whole. */
export interface Screen {
  readonly name: string;
  readonly address: (app: StoryApp) => string;
  /** Something only this screen has, by the catalogue's key. */
  readonly settled: (page: Page, app: StoryApp) => Promise<void>;
}

/** With who is on it, where an engine can make networks. */
async function networkShown(page: Page, { hasNetworks }: StoryApp): Promise<void> {
  await page.getByText('bridge').first().waitFor();
  if (hasNetworks) await page.getByRole('link', { name: 'afternoon' }).first().waitFor();
}

export const screens: readonly Screen[] = [
  { name: 'images', address: () => '#/images', settled: (page) => page.getByText('team/story').first().waitFor() },
  {
    name: 'image',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}`,
    settled: async (page) => {
      await page.getByRole('option').nth(4).click();
      // What a layer changed stands open.
      await page.getByRole('row', { name: /readme\.md/ }).click();
      await page.getByText('An image whose layers').waitFor();
    },
  },
  {
    name: 'image-why',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=why`,
    settled: (page) => page.getByRole('button', { name: /^bin / }).waitFor(),
  },
  {
    name: 'image-packages',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=contents`,
    settled: (page) => page.getByRole('tabpanel').waitFor(),
  },
  {
    name: 'image-config',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=config`,
    settled: (page) => page.getByText('APP_HOME').first().waitFor(),
  },
  {
    name: 'image-raw',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=raw`,
    settled: (page) => page.getByText('architecture').first().waitFor(),
  },
  {
    name: 'image-used-by',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=used`,
    settled: (page) => page.getByRole('link', { name: /afternoon/ }).waitFor(),
  },
  {
    name: 'image-tags',
    address: () => `#/images/${encodeURIComponent(STORY_IMAGE)}?tab=tags`,
    settled: (page) => page.getByRole('row', { name: /team\/story:latest/ }).waitFor(),
  },
  {
    name: 'compare',
    address: () => `#/compare?before=image:${STORY_IMAGE}&now=container:afternoon`,
    settled: async (page) => {
      await page.getByRole('row', { name: /settings\.ini/ }).click();
      await page.getByText('greeting').first().waitFor();
    },
  },
  {
    name: 'shared',
    address: () => '#/shared',
    settled: (page) => page.getByRole('link', { name: STORY_IMAGE }).waitFor(),
  },
  {
    name: 'run',
    address: () => `#/run?image=${encodeURIComponent(STORY_IMAGE)}`,
    settled: (page) => page.getByText('docker run').waitFor(),
  },
  {
    name: 'containers',
    address: () => '#/containers',
    settled: (page) => page.getByText('afternoon').first().waitFor(),
  },
  {
    name: 'volumes',
    address: () => '#/volumes',
    settled: async (page) => {
      await page.getByRole('link', { name: 'afternoon' }).waitFor();
      // Measured.
      await page.getByRole('gridcell', { name: /^0\s/ }).waitFor();
    },
  },
  {
    name: 'terminal',
    address: ({ container }) => `#/containers/${container}/terminal`,
    settled: (page) => page.locator('[data-renderer="webgl"]').waitFor(),
  },
  {
    name: 'logs',
    address: ({ container }) => `#/containers/${container}/logs`,
    settled: (page) => page.getByText('greeting').first().waitFor(),
  },
  {
    name: 'processes',
    address: ({ container }) => `#/containers/${container}/processes`,
    settled: (page) => page.getByRole('row', { name: /sleep 1001/ }).waitFor(),
  },
  {
    name: 'stats',
    address: ({ container }) => `#/containers/${container}/stats`,
    settled: (page) => page.getByRole('slider').first().waitFor(),
  },
  {
    name: 'changes',
    address: ({ container }) => `#/containers/${container}/changes`,
    settled: async (page) => {
      await page.getByRole('row', { name: /settings\.ini/ }).click();
      await page.getByText('greeting').first().waitFor();
    },
  },
  {
    name: 'details',
    address: ({ container }) => `#/containers/${container}/details`,
    settled: (page) => page.getByText('APP_HOME').first().waitFor(),
  },
  {
    name: 'volume',
    address: () => '#/volumes/notes',
    settled: (page) => page.getByText('monday').waitFor(),
  },
  {
    name: 'networks',
    address: () => '#/networks',
    settled: networkShown,
  },
  {
    name: 'network',
    address: () => '#/networks/bridge',
    settled: networkShown,
  },
  {
    name: 'registries',
    address: () => '#/registries',
    settled: (page, { registry }) => page.getByRole('status').getByText(registry).waitFor(),
  },
  {
    name: 'registry',
    address: ({ registry }) => `#/registries/${registry}?repository=team/story`,
    settled: (page) => page.getByRole('row', { name: /latest/ }).waitFor(),
  },
  {
    name: 'build-form',
    address: () => '#/builds/new',
    settled: (page) => page.getByRole('textbox').first().waitFor(),
  },
  { name: 'builds', address: () => '#/builds', settled: (page) => page.getByRole('heading', { level: 1 }).waitFor() },
  {
    name: 'trash',
    address: () => '#/trash',
    settled: (page) => page.getByText('morning').first().waitFor(),
  },
  { name: 'settings', address: () => '#/settings', settled: (page) => page.getByText('Linux').first().waitFor() },
  {
    name: 'check',
    address: () => '#/check',
    settled: (page) => page.getByRole('listitem').nth(17).waitFor(),
  },
];
