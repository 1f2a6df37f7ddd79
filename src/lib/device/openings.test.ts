import { expect, test, vi } from 'vitest';
import { draft, signedIn } from './testing/signed-in.ts';

test('that somebody opened a document is sent once a day, and is nothing of theirs that waits', async () => {
  const { device, hub, server } = await signedIn();
  const document = await draft(hub, 'Robin');
  await device.clock.until(() => hub.status.current.unsent === 0, 'the draft at the Hub');
  const noted = () => server.pushes.flatMap(({ commands }) => commands.filter(({ name }) => name === 'note-opening'));
  server.isOffline = true;
  hub.noteOpening(document.id);
  hub.noteOpening(document.id);
  await vi.waitFor(() => expect(hub.commands(document.id).current.map(({ name }) => name)).toContain('note-opening'));
  // Neither in the status line, nor asked about when somebody signs out.
  expect(hub.status.current.unsent).toBe(0);
  const at = device.clock.now;
  await device.clock.pass(60_000);
  server.isOffline = false;
  device.wake();
  await device.clock.until(() => noted().length > 0, 'the note at the Hub');
  expect(noted()).toMatchObject([{ doc: document.id, args: { at } }]);
  hub.noteOpening(document.id);
  await device.clock.pass(60_000);
  expect(noted()).toHaveLength(1);
});
