import { expect, test, vi } from 'vitest';
import { IDBObjectStore } from 'fake-indexeddb';
import type { DocumentId } from '#sync/model/ids.ts';
import { section } from './testing/scripted-hub.ts';
import { draft, password, signedIn } from './testing/signed-in.ts';

/** Whatever is written is refused, as by a browser that has no room; reading goes on. */
function withoutRoom(): { end(): void } {
  const spies = (['put', 'add'] as const).map((name) =>
    vi.spyOn(IDBObjectStore.prototype, name).mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    }),
  );
  return { end: () => spies.forEach((spy) => spy.mockRestore()) };
}

test('a full device is said in the status line, and the words can be saved out', async () => {
  const { hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  const full = withoutRoom();
  expect(await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'Example' })).toEqual({
    ok: false,
    reason: 'storage-full',
  });
  expect(hub.status.current).toMatchObject({ kind: 'problem', reason: 'storage-full' });
  expect((await hub.unsaved()).map(({ value }) => value)).toEqual(['Example']);
  expect(hub.hasLooseWords()).toBe(true);
  full.end();
  expect(await hub.flush()).toEqual({ ok: true, value: undefined });
  expect(await hub.unsaved()).toEqual([]);
  expect(hub.hasLooseWords()).toBe(false);
});

test('words that a full device could not store survive a lock in the page, sealed, and are stored afterwards', async () => {
  const { device, hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  const full = withoutRoom();
  await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'Example' });
  await hub.lock();
  expect(await hub.unsaved()).toEqual([]);
  // The page must not be loaded anew now, nor be left without a question.
  expect(hub.hasLooseWords()).toBe(true);
  expect(await hub.keep()).toMatchObject({ ok: false });
  full.end();
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  const opened = await hub.open(document.id);
  if (!opened.ok) throw new Error(opened.reason);
  await device.clock.until(() => opened.value.value(section, 'last_name').value === 'Example', 'the kept words');
  await device.clock.until(() => hub.status.current.kind !== 'saving', 'the words on disk');
  expect(await hub.unsaved()).toEqual([]);
  // Under the pen that they were typed with: formatted text is refused under any other.
  expect(opened.value.pen).toBe(document.pen);
});

test('a device that is still full opens again with the words that it could not store', async () => {
  const { hub } = await signedIn();
  const document = await draft(hub, 'Robin');
  const full = withoutRoom();
  expect(await document.write({ kind: 'set', holder: section, field: 'last_name', value: 'Example' })).toEqual({
    ok: false,
    reason: 'storage-full',
  });
  await hub.lock();
  expect(await hub.session.unlock(password)).toEqual({ ok: true, value: undefined });
  const opened = await hub.open(document.id);
  if (!opened.ok) throw new Error(opened.reason);
  await vi.waitFor(() => expect(opened.value.value(section, 'last_name').value).toBe('Example'));
  await vi.waitFor(() => expect(hub.hasLooseWords()).toBe(true));
  full.end();
  expect(await hub.flush()).toEqual({ ok: true, value: undefined });
  expect(hub.hasLooseWords()).toBe(false);
});

test('on a device without room a document that is not here is said to be not here', async () => {
  const { hub } = await signedIn();
  const full = withoutRoom();
  expect(await hub.open('document-0000009' as DocumentId)).toEqual({ ok: false, reason: 'not-here' });
  full.end();
});
