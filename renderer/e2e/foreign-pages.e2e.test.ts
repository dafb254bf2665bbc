import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { TestEngine } from '#engine/testing/test-engine.ts';

import { launchBrowser } from './browser-app.ts';

/** What a page of somebody else's tries, from a browser on this machine. @returns what came of it. */
async function attempt(page: Page, way: (target: string) => Promise<string>, target: string): Promise<string> {
  return page.evaluate(way, target);
}

/** Each is run in the page. */
const ways: readonly (readonly [string, (target: string) => Promise<string>])[] = [
  ['reads', (target) => fetch(`${target}/images/json`).then(String, () => 'refused')],
  [
    'sends what needs no leave',
    (target) =>
      fetch(`${target}/images/prune?filters={"dangling":["false"]}`, { method: 'POST', mode: 'no-cors' }).then(
        ({ type }) => type,
        () => 'refused',
      ),
  ],
  [
    'asks for leave to send JSON',
    (target) =>
      fetch(`${target}/volumes/create`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"Name":"foreign"}',
      }).then(String, () => 'refused'),
  ],
  [
    'opens a WebSocket',
    (target) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${target.replace('http', 'ws')}/estrato/v1/rpc`);
        socket.addEventListener('open', () => resolve('open'));
        socket.addEventListener('error', () => resolve('refused'));
      }),
  ],
  [
    'shows it as a picture',
    (target) =>
      new Promise((resolve) => {
        const image = new Image();
        image.addEventListener('load', () => resolve('shown'));
        image.addEventListener('error', () => resolve('refused'));
        image.src = `${target}/images/story:1.0/get`;
      }),
  ],
];

/** A port without TLS, which only this machine reaches: as every page in its browsers does. */
describe('web pages and an engine', () => {
  const engine = new TestEngine();
  let browser: Browser;
  let site: Server;
  let page: Page;
  let target = '';
  const siteUrl = (): string => {
    const address = site.address();
    return `http://site.example:${typeof address === 'object' ? address?.port : ''}/`;
  };
  beforeAll(async () => {
    await engine.start('--host', 'tcp://127.0.0.1:0', '--tcp-without-tls');
    await engine.loadStory();
    target = (engine.hosts[1] ?? '').replace('tcp', 'http');
    site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>Hello')).listen(0);
    await once(site, 'listening');
    browser = await launchBrowser({ webgl: false, args: ['--host-resolver-rules=MAP *.example 127.0.0.1'] });
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.close();
    expect((await engine.ask('/images/json')).body).toContain('story:1.0');
    expect((await engine.ask('/volumes')).body).toContain('"Volumes":[]');
  });
  afterAll(async () => {
    await browser.close();
    site.close();
    await engine[Symbol.asyncDispose]();
  });

  test.each(ways)('another site %s', async (_, way) => {
    await page.goto(siteUrl());
    const came = await attempt(page, way, target);
    // Of what a page may send without being told the answer, it only learns that there was one.
    expect(['refused', 'opaque']).toContain(came);
  });

  test('another site sends a form', async () => {
    await page.goto(siteUrl());
    const action = `${target}/images/prune?filters={"dangling":["false"]}`;
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().includes('/images/prune')),
      page.evaluate((to) => {
        const form = Object.assign(document.createElement('form'), { action: to, method: 'post' });
        document.body.append(form);
        form.submit();
      }, action),
    ]);
    expect(answer.status()).toBe(403);
  });

  test.each(ways)('a name that has come to lead here %s', async (_, way) => {
    // The page itself came from elsewhere, while the name still led there.
    const own = target.replace('127.0.0.1', 'rebound.example');
    await page.route(`${own}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<p>Hello' }));
    await page.goto(`${own}/`);
    const statuses: number[] = [];
    page.on('response', (response) => statuses.push(response.status()));
    const came = await attempt(page, way, own);
    expect(['refused', 'basic', '[object Response]']).toContain(came);
    expect(statuses.filter((status) => status !== 403)).toEqual([]);
  });

  test('a person who types the address reads', async () => {
    expect((await page.goto(`${target}/_ping`))?.status()).toBe(200);
    const renamed = await page.goto(`${target.replace('127.0.0.1', 'rebound.example')}/_ping`);
    expect(renamed?.status()).toBe(403);
  });
});
