import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { verifyAudit } from './audit.ts';
import { diskStateIn } from './deps.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, doc } = await openDraftHub()));
afterEach(() => hub.close());

const onWriter = (pragma: string) => hub.sync.storage.write((tx) => sql.raw(pragma).execute(tx));
const rowsOf = (table: 'log' | 'field' | 'pen' | 'audit' | 'feed') =>
  hub.sync.storage.db.selectFrom(table).selectAll().execute();

describe('when the disk is full', () => {
  test('nobody hears «saved», nothing is half there, and the same push is taken when there is room again', async () => {
    const before = { audit: (await rowsOf('audit')).length, feed: (await rowsOf('feed')).length };
    await onWriter('pragma max_page_count = 1');
    const words = 'x'.repeat(150);
    const push = [...Array.from({ length: 40 }, () => run(doc, newPen(), [set(1, 'preferred_name', words)]))];
    // Room that is left over in the pages of the file may take some; then those are saved whole.
    const outcomes = [];
    for (const one of push)
      outcomes.push(
        await senco.write(one).then(
          ([verdict]) => verdict?.[2],
          (error: unknown) => String(diskStateIn(error)),
        ),
      );
    expect(outcomes).toContain('disk-full');
    const saved = outcomes.filter((is) => is === 'applied').length;
    expect(await rowsOf('log')).toHaveLength(saved);
    expect(await rowsOf('pen')).toHaveLength(saved);
    expect((await rowsOf('audit')).length - before.audit).toBe(saved);
    expect((await rowsOf('feed')).length - before.feed).toBe(saved);
    expect((await senco.pullAll()).length).toBeGreaterThan(0);

    await onWriter('pragma max_page_count = 1073741823');
    for (const one of push) expect((await senco.write(one))[0]?.[2]).not.toBe('refused');
    expect(await rowsOf('log')).toHaveLength(push.length);
    expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true });
  });
});

describe('when the file can only be read', () => {
  test('everyone in a group is told of the failure, and reading goes on', async () => {
    await onWriter('pragma query_only = ON');
    const pushes = [newPen(), newPen(), newPen()].map((pen) => run(doc, pen, [set(1, 'first_name', pen)]));
    const results = await Promise.allSettled(pushes.map((one) => senco.write(one)));
    expect(results.map((one) => one.status === 'rejected' && diskStateIn(one.reason))).toEqual(
      Array(3).fill('disk-read-only'),
    );
    expect(await rowsOf('log')).toEqual([]);
    expect((await senco.pullAll([doc])).map(({ t }) => t)).toContain('doc');
    await hub.sync.storage.db.executeQuery(sql`select 1`.compile(hub.sync.storage.db));
    await hub.restart();
    for (const one of pushes) expect((await senco.write(one))[0]?.[2]).not.toBe('refused');
    expect(await rowsOf('log')).toHaveLength(3);
  });
});

test('a server that dies between the commit and the answer gives the same answer to the same push afterwards', async () => {
  const pen = newPen();
  const push = run(doc, pen, [set(1, 'first_name', 'A'), set(2, 'dob', 'no date')]);
  void senco.write(push).catch(() => undefined);
  while ((await rowsOf('log')).length === 0) await new Promise((done) => setImmediate(done));
  await hub.restart();
  expect(await senco.write(push)).toEqual([
    [pen, 1, 'applied', 1],
    [pen, 2, 'refused', 0, 'invalid-value'],
  ]);
  expect(await rowsOf('log')).toHaveLength(1);
});

test('whoever is only told waits until nobody waits for a commit any more, but not for ever', async () => {
  const order: string[] = [];
  const { commits } = hub.sync;
  const push = (name: string) => commits.commit([], () => Promise.resolve(order.push(name)));
  const first = push('one');
  const told = commits.quiet().then(() => order.push('told'));
  await Promise.all([first, push('two'), told]);
  expect(order).toEqual(['one', 'two', 'told']);

  let isOver = false;
  const crowd = async () => {
    while (!isOver) await push('again');
  };
  const pushing = crowd();
  await commits.quiet();
  isOver = true;
  await pushing;
});
