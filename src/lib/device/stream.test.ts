import { expect, test } from 'vitest';
import { startSyncLoop } from './sync-loop.ts';
import { settle, testAccount, testDevice } from './testing/device.ts';
import { scriptedHub } from './testing/scripted-hub.ts';

test('a stream that was given up because the line may be back is told to have ended, also when no line is there', async () => {
  const hub = scriptedHub();
  hub.stream = () =>
    new Response(new ReadableStream({ start: (lines) => lines.enqueue(new TextEncoder().encode('{"beat":1}\n')) }));
  const device = testDevice(hub.fetch);
  const { account, line } = await testAccount(device);
  const loop = startSyncLoop(account, line);
  device.busy.push(() => loop.settled());
  const told: boolean[] = [];
  account.news.on((message) => {
    if (message.t === 'stream') told.push(message.isOpen);
  });
  await device.clock.until(() => told.length === 1, 'the stream');
  hub.next.push('no-line');
  device.wake();
  await settle();
  expect(told).toEqual([true, false]);
  await loop.stop();
});
