import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { PushReply } from '#sync/protocol/changes.ts';
import { newId, newPen, run, set } from '#tests/hub/sync-hub.ts';
import { runningHub, signIn } from '#tests/people/running-hub.ts';

const hub = runningHub();
afterEach(() => hub.dispose());

const editsEach = 40;
const replyOf = async (answer: Response) => (await answer.json()) as PushReply;

test('on a full disk nobody hears «saved», reading goes on, and with room again each push goes through once', async () => {
  await hub.start();
  await hub.end();
  const room = 192 * 1024;
  await hub.start({ fileBytesMax: statSync(join(hub.folder, 'hub.db')).size + room });
  const priya = await signIn(hub, 'priya');
  const doc = newId<DocumentId>();
  const start = { id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} };
  expect((await priya.push({ commands: [start] })).status).toBe(200);

  const words = 'These words are to last. '.repeat(3);
  const pushes = Array.from({ length: 400 }, (_, at) =>
    run(doc, newPen(), [
      ...Array.from({ length: editsEach }, (_none, n) =>
        set(n + 1, 'middle_names', `${words} ${String(at)}.${String(n)}`),
      ),
    ]),
  );
  const saved: number[] = [];
  let refused: Response | undefined;
  for (const [at, one] of pushes.entries()) {
    const answer = await priya.push({ runs: [one] });
    if (answer.status === 200) saved.push(at);
    else refused = answer;
    if (refused !== undefined) break;
  }
  expect(refused?.status).toBe(503);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  // SQLite tells a file that may not grow from a fault of the disk no better than this.
  expect(await refused?.json()).toMatchObject({ error: expect.stringMatching(/^disk-(full|fault)$/) as string });
  const cut = saved.length;

  // Reading needs no room; the note that somebody was there must not cost them the answer.
  const read = await priya.push({ pull: true });
  expect(read.status).toBe(200);
  expect((await replyOf(read)).frame?.manifest?.map((one) => one.doc)).toContain(doc);
  expect((await priya.ask('/api/session')).status).toBe(200);
  expect((await priya.push({ runs: [pushes[cut]] })).status).toBe(503);
  expect(hub.said).not.toContain('"event":"bug"');

  await hub.makeRoom();
  const before = (await replyOf(await priya.push({ runs: [pushes[cut]] }))).verdicts;
  expect(before.map(([, , is]) => is)).toEqual(Array(editsEach).fill('applied'));
  expect((await replyOf(await priya.push({ runs: [pushes[cut]] }))).verdicts).toEqual(before);
  // What was called saved is there: sent again, each is known and counts no second time.
  for (const at of saved) {
    const { verdicts } = await replyOf(await priya.push({ runs: [pushes[at]] }));
    expect(verdicts.map(([, , is, ver]) => [is, ver])).toEqual(
      verdicts.map((_, n) => ['applied', at * editsEach + n + 1]),
    );
  }
  expect(before[0]?.[3]).toBe(cut * editsEach + 1);
}, 120_000);
