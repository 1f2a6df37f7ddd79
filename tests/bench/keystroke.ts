/**
 * A key in a rich text of the real app, with its real store, in Chromium: how long until the word is durable in IndexedDB,
 * how long until the screen shows it, and what is sealed for it. The processor is slowed four times. The browser's
 * throttle slows the page alone, so the worker that holds the keys does its work in the page here, over a message port as
 * always; frames are drawn as soon as they are ready, so that what is measured is work and not waiting for a clock.
 */
import { chromium, type Page } from '@playwright/test';
import * as Y from 'yjs';
import { buildAppWhenStale } from '#server/app-build.ts';
import { request as requestForm } from '#sync/forms/request/index.ts';
import { isItems } from '#sync/forms/define.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { DocumentId, PenId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import { textFragment } from '#sync/rules/text.ts';
import { startServer, type HubServer } from '../journeys/support/hub-server.ts';
import { demonstrationPassword, people } from '../people/index.ts';
import { launchOptions } from '../run/browser.ts';
import { signIn as signInOverWire } from '../people/running-hub.ts';
import { watchKeys, type KeyFacts } from './keys-watched.ts';
import { newId } from './prepared-hub.ts';
import { quantile, type Figures } from './report.ts';
import { wordsOf } from './offline-work.ts';

const slowedBy = 4;
const keys = 40;
/** Longer than words wait while typing goes on, so that each key is saved at once. */
const apartMs = 400;

export async function keystroke(kilobytes: number): Promise<Figures> {
  buildAppWhenStale();
  const hub = await startServer();
  try {
    const doc = await writtenBefore(hub, kilobytes * 1024);
    const browser = await chromium.launch({ ...launchOptions(), args: [...launchOptions().args, ...unpaced] });
    try {
      // The worker's script runs in the page, where the app's own policy would not let it be fetched.
      const context = await browser.newContext({ bypassCSP: true, viewport: { width: 1280, height: 900 } });
      await context.addInitScript(watchKeys);
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);

      await signIn(page, hub);
      await page.locator(`a[href$="/requests/${doc}"]`).first().click();
      const heading = page.locator('#section-views-heading');
      await heading.waitFor();
      if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
      const box = page.locator('#field-views-working[role=textbox]');
      await box.focus();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('Now ');
      await page.waitForTimeout(1_000);
      const line = await context.newCDPSession(page);
      await line.send('Emulation.setCPUThrottlingRate', { rate: slowedBy });
      return await typed(page);
    } finally {
      await browser.close();
    }
  } finally {
    await hub.dispose();
  }
}
async function signIn(page: Page, hub: HubServer): Promise<void> {
  const codes = async () => (await hub.outbox()).filter(({ to }) => to === people.priya.phone);
  const before = (await codes()).length;
  await page.goto(`${hub.url}/sign-in`);
  await page.getByLabel('Email address', { exact: true }).fill(people.priya.email);
  await page.getByLabel('Password', { exact: true }).fill(demonstrationPassword);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Check your phone' }).waitFor();
  while ((await codes()).length === before) await page.waitForTimeout(50);
  await page.getByLabel('Security code').fill(/\d{6}/.exec((await codes())[0]?.body ?? '')?.[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'My requests', level: 1 }).waitFor();
}

const unpaced = ['--disable-gpu-vsync', '--disable-frame-rate-limit'];

async function typed(page: Page): Promise<Figures> {
  await page.evaluate(() => void (globalThis.keysWatched.length = 0));
  for (let at = 0; at < keys; at += 1) {
    await page.keyboard.press('abcdefgh '[at % 9] === ' ' ? 'Space' : ('abcdefgh'[at % 9] ?? 'a'));
    await page.waitForTimeout(apartMs);
  }
  await page.waitForFunction(() =>
    globalThis.keysWatched.every(({ durableMs, paintedMs }) => durableMs !== undefined && paintedMs !== undefined),
  );
  const facts = await page.evaluate((): readonly KeyFacts[] => globalThis.keysWatched);
  const of = (value: (one: KeyFacts) => number | undefined) => facts.map(value).filter((one) => one !== undefined);
  const durable = of((one) => one.durableMs);
  const painted = of((one) => one.paintedMs);
  if (durable.length < keys || painted.length < keys)
    throw new Error(`of ${String(keys)} keys ${String(durable.length)} were seen durable`);
  return {
    'key to durable, p50, ms': quantile(durable, 0.5),
    'key to durable, p95, ms': quantile(durable, 0.95),
    'key to paint, p50, ms': quantile(painted, 0.5),
    'key to paint, p95, ms': quantile(painted, 0.95),
    'records sealed a key': quantile(
      of((one) => one.records),
      0.5,
    ),
    'bytes sealed a key, p50': quantile(
      of((one) => one.bytes),
      0.5,
    ),
    'bytes sealed a key, most': Math.max(...of((one) => one.bytes)),
  };
}

/** Everything in the form that is written with formatting, outside of lists. */
const texts = Object.entries(requestForm.sections).flatMap(([section, { fields }]) =>
  Object.entries(fields)
    .filter(([, field]) => !isItems(field) && field.type === 'rich-text' && field.section === undefined)
    .map(([name]) => ({ section, name })),
);

/** On another device of the same person: all rich texts alike, with `bytes` of words in all. */
async function writtenBefore(hub: HubServer, bytes: number): Promise<DocumentId> {
  const other = await signInOverWire(hub, 'priya');
  const doc = newId<DocumentId>();
  const pen = newId<PenId>();
  let random = 1;
  const below = (n: number) => (random = (random * 48_271) % 2_147_483_647) % n;
  // What asks for the child's own words.
  const edits: unknown[] = [[1, 'set', 'views', 'child_involved', 'yes', Date.now()]];
  for (const { section, name } of texts) {
    const text = new Y.Doc();
    text.clientID = clientIdOfPen(pen);
    const paragraphs: Y.XmlElement[] = [];
    for (let rest = Math.ceil(bytes / texts.length); rest > 0; rest -= 600) {
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(wordsOf(Math.max(2, Math.min(rest, 600)), below))]);
      paragraphs.push(paragraph);
    }
    text.getXmlFragment(textFragment).insert(0, paragraphs);
    const value = base64OfBytes(Y.encodeStateAsUpdate(text));
    edits.push([edits.length + 1, 'text', section, name, value, Date.now()]);
  }
  const args = { kind: 'request', form: requestForm.version };
  const start = { id: newId<string>(), doc, name: 'start', args, seen: {} };
  for (const [at, edit] of edits.entries()) {
    const run = { doc, pen, form: requestForm.version, base: {}, edits: [edit] };
    const answer = await other.push({ runs: [run], commands: at === 0 ? [start] : [] });
    if (!answer.ok) throw new Error(`what was written before was answered by ${String(answer.status)}`);
  }
  return doc;
}
