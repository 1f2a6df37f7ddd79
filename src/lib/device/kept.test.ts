import { expect, test } from 'vitest';
import type { DocumentId, Holder, PenId } from '#sync/model/ids.ts';
import { foldReply } from './fold-reply.ts';
import { keep } from './kept.ts';
import { scriptedHub } from './testing/scripted-hub.ts';
import { testAccount, testDevice } from './testing/device.ts';

const dayMs = 24 * 60 * 60_000;

/** Something that the Hub accepted at this instant by its own clock. */
async function withKept(at: number) {
  const device = testDevice(scriptedHub().fetch);
  const { account } = await testAccount(device);
  const value = {
    doc: 'document-0000001' as DocumentId,
    pen: 'pen-000000000001' as PenId,
    form: 1,
    base: {},
    edit: { n: 1, kind: 'set' as const, holder: 'child' as Holder, field: 'first_name', value: 'Zofia', made: at },
  };
  const row = { key: 'pen-000000000001.1', docRef: 'ref', seq: 1, state: 'answered' as const, value };
  await account.store.change(() =>
    Promise.resolve({ writes: keep(account, { edits: [row], orders: [] }, at), value: undefined }),
  );
  const hear = (now: number) =>
    foldReply(account, {
      verdicts: [['pen-other0000001' as PenId, 1, 'applied', 1]],
      ...{ commands: [], frame: undefined, wanted: [], now },
    });
  return { device, hear, isKept: async () => (await account.store.scopes('kept')).length === 1 };
}

test('a clock that is wrong takes away nothing of what is kept for the day on which the Hub is put back', async () => {
  for (const wrongBy of [40 * dayMs, -40 * dayMs]) {
    const at = 1_800_000_000_000;
    const { device, hear, isKept } = await withKept(at);
    device.clock.now += wrongBy;
    await hear(at + 60_000);
    expect(await isKept()).toBe(true);
    device.clock.now -= wrongBy;
  }
});

test('after 35 days by the Hub’s clock it goes', async () => {
  const at = 1_800_000_000_000;
  const { hear, isKept } = await withKept(at);
  await hear(at + 40 * dayMs);
  expect(await isKept()).toBe(false);
});
