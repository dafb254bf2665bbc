import type { Page } from 'playwright-core';

import { STORY_IMAGE, type StoryApp } from './story-app.ts';

/** What the app shows above a screen, and how one comes to it, in English. */
export interface ShownDialog {
  /** A dialog unless told. */
  readonly role?: 'menu' | 'listbox';
  readonly title: string | RegExp;
  readonly address: (app: StoryApp) => string;
  readonly open: (page: Page) => Promise<void>;
}

const press =
  (name: string) =>
  (page: Page): Promise<void> =>
    page.getByRole('button', { name, exact: true }).first().click();

const choose = (button: string, item: string) => async (page: Page) => {
  await press(button)(page);
  await page.getByRole('menuitem', { name: item }).click();
};

const menu = (button: string, address: ShownDialog['address']): ShownDialog => ({
  role: 'menu',
  title: button,
  address,
  open: press(button),
});

const imageAddress = `#/images/${encodeURIComponent(STORY_IMAGE)}`;
const containerAddress = ({ container }: StoryApp): string => `#/containers/${container}/details`;

/** With files among what is found. */
async function search(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Search everywhere/ }).click();
  await page.getByRole('combobox', { name: 'Search everywhere' }).fill('settings');
  await page.getByRole('group', { name: 'Files in layers' }).getByRole('option').first().waitFor();
}

/** Menus, lists to choose from, and the field for everything. */
export const popups: readonly ShownDialog[] = [
  { title: 'Search everywhere', address: () => '#/containers', open: search },
  menu(`Actions for ${STORY_IMAGE}`, () => '#/images'),
  menu('Actions for afternoon', () => '#/containers'),
  menu('More actions', containerAddress),
  menu('Terminal actions', ({ container }) => `#/containers/${container}/terminal`),
  menu('Choose what to open', ({ container }) => `#/containers/${container}/terminal`),
  menu('Actions for save point monday', () => '#/volumes/notes'),
  menu('Presets', () => '#/builds/new'),
  {
    role: 'listbox',
    title: 'Language',
    address: () => '#/settings',
    open: (page) => page.getByRole('button', { name: /Language/ }).click(),
  },
];

export const dialogs: readonly ShownDialog[] = [
  { title: 'Pull an image', address: () => '#/images', open: press('Pull') },
  { title: 'Import a root file system', address: () => '#/images', open: press('Import…') },
  {
    title: `Remove ${STORY_IMAGE}?`,
    address: () => '#/images',
    open: (page) => page.getByRole('row', { name: /team\/story/ }).press('Delete'),
  },
  {
    title: /^Add a tag/,
    address: () => '#/images',
    open: choose(`Actions for ${STORY_IMAGE}`, 'Add a tag…'),
  },
  { title: /^Push/, address: () => imageAddress, open: press('Push…') },
  { title: 'Who has layer 2', address: () => `${imageAddress}?layers=2`, open: press('Used by…') },
  { title: /^Rename/, address: containerAddress, open: choose('More actions', 'Rename…') },
  { title: /limits/i, address: containerAddress, open: choose('More actions', 'Change limits…') },
  { title: /image/, address: containerAddress, open: choose('More actions', 'Make an image of it…') },
  { title: 'Create a volume', address: () => '#/volumes', open: press('Create…') },
  { title: /network/, address: () => '#/networks', open: press('Create…') },
  { title: 'Log in to a registry', address: () => '#/registries', open: press('Log in…') },
  { title: 'How a registry is reached', address: () => '#/registries', open: press('Say how one is reached…') },
  { title: 'How much the trash keeps', address: () => '#/trash', open: press('How much is kept…') },
];
