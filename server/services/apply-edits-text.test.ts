import { afterEach, expect, test } from 'vitest';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { DocumentId, Holder, PenId } from '#sync/model/ids.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import type { EditVerdict } from '#sync/protocol/changes.ts';
import type { WireEdit } from '#sync/protocol/push.ts';
import { textRule } from '#sync/rules/text.ts';
import { storedText } from '#server/storage/sections.ts';
import { fragmentedText, longText, quadraticUpdate, typedInto } from '#tests/hub/hostile-text.ts';
import { edit, newPen, openTestHub, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import type { TextWork } from '#server/adapters/text-work/text-work.ts';
import { workInThread } from '#server/adapters/text-work/thread.ts';

let hub: TestHub;
afterEach(() => hub.close());

/** The real thread, with a look at how often it is asked, and a way to let something happen while it works. */
function watched(limits?: { ms: number; memoryMb: number }) {
  const real = workInThread(limits);
  const watch = { jobs: 0, meanwhile: (): Promise<unknown> => Promise.resolve() };
  const work: TextWork = {
    async run(person, job) {
      watch.jobs += 1;
      const steps = await real.run(person, job);
      await watch.meanwhile();
      return steps;
    },
    slow: real.slow,
    close: () => real.close(),
  };
  return { watch, work };
}

const text = (n: number, update: Uint8Array): WireEdit => edit(n, 'text', 'views', 'working', base64OfBytes(update));
const stored = async (doc: DocumentId) =>
  (await storedText(hub.sync.storage.db, doc, 'views' as Holder, 'working')) ?? textRule.empty();
const wordsIn = async (doc: DocumentId) => JSON.stringify(textRule.treeOf(await stored(doc)));

/** As the device does it: what got no verdict goes again. */
async function writeAll(device: TestDevice, doc: DocumentId, pen: PenId, edits: readonly WireEdit[]) {
  const verdicts: EditVerdict[] = [];
  let pushes = 0;
  while (verdicts.length < edits.length) {
    const answer = await device.write(run(doc, pen, edits.slice(verdicts.length)));
    expect(answer.length).toBeGreaterThan(0);
    verdicts.push(...answer);
    pushes += 1;
  }
  return { verdicts, pushes };
}

test('four hundred small updates to a long text are all merged, in parts and in another thread', async () => {
  const { watch, work } = watched();
  hub = await openTestHub(undefined, { textWork: work });
  const device = await (await hub.person('senco')).device();
  const doc = await device.start();
  const [first, second] = [newPen(), newPen()];
  const base = fragmentedText(clientIdOfPen(first), 6_000);
  await device.write(run(doc, first, [text(1, base)]));
  watch.jobs = 0;
  const letters = typedInto(clientIdOfPen(second), base, 400);
  const { verdicts, pushes } = await writeAll(
    device,
    doc,
    second,
    letters.map((update, at) => text(at + 1, update)),
  );
  expect(verdicts.map(([, , is]) => is)).toEqual(letters.map(() => 'applied'));
  expect((await wordsIn(doc)).match(/z/g)).toHaveLength(400);
  expect(pushes).toBeGreaterThan(1);
  expect(watch.jobs).toBe(pushes);
});

test('what people usually type is merged without another thread', async () => {
  const { watch, work } = watched();
  hub = await openTestHub(undefined, { textWork: work });
  const device = await (await hub.person('senco')).device();
  const doc = await device.start();
  const [first, second] = [newPen(), newPen()];
  const base = longText(clientIdOfPen(first), 8_000);
  const edits = typedInto(clientIdOfPen(second), base, 10).map((update, at) => text(at + 1, update));
  await device.write(run(doc, first, [text(1, base)]));
  await device.write(run(doc, second, edits));
  expect((await wordsIn(doc)).match(/z/g)).toHaveLength(10);
  expect(watch.jobs).toBe(0);

  // Where somebody left bytes that are slow to read, a letter is no light work any more.
  work.slow.add(`${doc} views working`);
  const third = newPen();
  const [letter = new Uint8Array()] = typedInto(clientIdOfPen(third), await stored(doc), 1);
  await device.write(run(doc, third, [text(1, letter)]));
  expect((await wordsIn(doc)).match(/z/g)).toHaveLength(11);
  expect(watch.jobs).toBe(1);
});

test('bytes that take minutes to merge hold up nobody, are refused alone, and nothing of them is merged', async () => {
  const { work } = watched({ ms: 3_000, memoryMb: 256 });
  hub = await openTestHub(undefined, { textWork: work });
  const owner = await (await hub.person('senco')).device();
  const stranger = await (await hub.person('parent')).device();
  const doc = await owner.start();
  await owner.command('share', doc, { email: await stranger.email(), access: 'edit' });
  const [first, hostile] = [newPen(), newPen()];
  await owner.write(run(doc, first, [text(1, longText(clientIdOfPen(first), 40_000))]));
  const before = await stored(doc);

  const edits = [
    set(1, 'preferred_name', 'Before'),
    text(2, quadraticUpdate(clientIdOfPen(hostile), clientIdOfPen(first), 6_000)),
    set(3, 'preferred_name', 'After'),
  ];
  let isAnswered = false;
  const answer = stranger.write(run(doc, hostile, edits)).finally(() => {
    isAnswered = true;
  });
  const [quick] = await owner.write(run(doc, newPen(), [set(1, 'first_name', 'Robin')]));
  expect(quick?.[2]).toBe('applied');
  const light = newPen();
  await owner.write(
    run(
      doc,
      light,
      typedInto(clientIdOfPen(light), before, 1).map((update) => text(1, update)),
    ),
  );
  expect(isAnswered).toBe(false);

  expect((await answer).map(([, n, is, , reason]) => [n, is, reason])).toEqual([
    [1, 'applied', undefined],
    [2, 'refused', 'too-large'],
    [3, 'applied', undefined],
  ]);
  expect((await wordsIn(doc)).match(/z/g)).toHaveLength(1);
  // Sent again it is known, and costs nothing.
  const again = await stranger.write(run(doc, hostile, edits));
  expect(again.map(([, , is]) => is)).toEqual(['applied', 'refused', 'applied']);
});

test('what somebody else wrote in the same text while it was worked at stands in it as well', async () => {
  const { watch, work } = watched();
  hub = await openTestHub(undefined, { textWork: work });
  const owner = await (await hub.person('senco')).device();
  const other = await (await hub.person('parent')).device();
  const doc = await owner.start();
  await owner.command('share', doc, { email: await other.email(), access: 'edit' });
  const [first, mine] = [newPen(), newPen()];
  const base = fragmentedText(clientIdOfPen(first), 3_000);
  await owner.write(run(doc, first, [text(1, base)]));
  let disturbed = 0;
  watch.meanwhile = async () => {
    if (disturbed === 2) return;
    disturbed += 1;
    const theirs = newPen();
    const [letter = new Uint8Array()] = typedInto(clientIdOfPen(theirs), await stored(doc), 1);
    const [verdict] = await other.write(run(doc, theirs, [text(1, letter)]));
    expect(verdict?.[2]).toBe('merged');
  };
  const letters = typedInto(clientIdOfPen(mine), base, 60).map((update, at) => text(at + 1, update));
  const { verdicts } = await writeAll(owner, doc, mine, letters);
  expect(disturbed).toBe(2);
  expect(verdicts.every(([, , is]) => is === 'applied' || is === 'merged')).toBe(true);
  expect((await wordsIn(doc)).match(/z/g)).toHaveLength(62);
});

test('a request that holds more text than is taken at once is not sent before all of it is in', async () => {
  hub = await openTestHub();
  const device = await (await hub.person('senco')).device();
  const doc = await device.start();
  const [first, second] = [newPen(), newPen()];
  const base = fragmentedText(clientIdOfPen(first), 6_000);
  await device.write(run(doc, first, [text(1, base)]));
  const edits = typedInto(clientIdOfPen(second), base, 400).map((update, at) => text(at + 1, update));
  const command = { id: newPen() as never, doc, name: 'submit' as const, args: {}, seen: {} };
  const reply = await device.push({ runs: [run(doc, second, edits)], commands: [command] });
  expect(reply.verdicts.length).toBeLessThan(400);
  expect(reply.commands).toEqual([]);
});
