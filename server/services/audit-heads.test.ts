import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import { noPlace } from '#server/adapters/second-place/second-place.ts';
import type { SignedHead } from '#server/storage/notes.ts';
import { openTestHub, type TestHub } from '#tests/hub/sync-hub.ts';
import { headSigner, verifyAll, watchHeads, type HeadWatch } from './audit-heads.ts';
import { auditNow } from './audit-now.ts';

const signer = headSigner('a secret of the test, long enough');
const minute = 60_000;
let hub: TestHub;
let lines: { line: string; isUrgent: boolean }[];
let place: SecondPlace;
let watch: HeadWatch;
beforeEach(async () => {
  hub = await openTestHub();
  lines = [];
  place = {
    ...noPlace,
    add: (line, isUrgent) => Promise.resolve(void lines.push({ line, isUrgent })),
    async *read() {
      for (const { line } of lines) yield Promise.resolve(line);
    },
  };
  watch = watchHeads(hub.sync.storage.db, place, signer, () => hub.clock.now);
});
afterEach(() => hub.close());

const happen = (times = 1) =>
  hub.sync.storage.write(async (tx) => {
    for (let time = 0; time < times; time += 1)
      await auditNow(tx, hub.sync, hub.authority, { action: 'signed-in', actor: null });
  });
const signed = () => lines.map(({ line }) => (JSON.parse(line) as SignedHead[])[0]?.last);

test('the newest entry is signed at once, then every five minutes or after a thousand entries, and when the server stops', async () => {
  await happen(3);
  await watch.look();
  await watch.look();
  expect(signed()).toEqual([3]);
  expect(lines[0]?.isUrgent).toBe(true);
  await happen();
  hub.clock.now += 5 * minute - 1;
  await watch.look();
  expect(signed()).toEqual([3]);
  hub.clock.now += 1;
  await watch.look();
  expect(signed()).toEqual([3, 4]);
  // Where nothing happens nothing is signed.
  hub.clock.now += 60 * minute;
  await watch.look();
  expect(signed()).toEqual([3, 4]);
  await happen(999);
  hub.clock.now -= 59 * minute;
  await watch.look();
  expect(signed()).toEqual([3, 4]);
  await happen();
  await watch.look();
  expect(signed()).toEqual([3, 4, 1_004]);
  await happen();
  await watch.look(true);
  expect(signed()).toEqual([3, 4, 1_004, 1_005]);
  const [one] = await verifyAll(hub.sync.storage.db, place, signer);
  expect(one).toEqual({ authority: hub.authority, verification: { ok: true, entries: 1_005, heads: 4, lost: 0 } });
});

test('a signature made with another secret is none', async () => {
  await happen();
  await watchHeads(
    hub.sync.storage.db,
    place,
    headSigner('another secret, long enough too'),
    () => hub.clock.now,
  ).look();
  const [one] = await verifyAll(hub.sync.storage.db, place, signer);
  expect(one?.verification).toEqual({ ok: false, what: 'forged', at: 1 });
});
