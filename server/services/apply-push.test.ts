import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { DocumentId } from '#sync/model/ids.ts';
import { applyPush } from './apply-push.ts';
import { isPostgres } from '#server/storage/dialect.ts';
import { verifyAudit } from './audit.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, doc } = await openDraftHub()));
afterEach(() => hub.close());

describe('a push that comes twice', () => {
  test('gets the same verdicts, word for word, and is applied once', async () => {
    const runs = [
      run(doc, newPen(), [
        set(1, 'first_name', 'A'),
        set(2, 'dob', 'x'),
        set(3, 'nothing', 'y'),
        set(4, 'first_name', 'B'),
      ]),
    ];
    const first = await senco.write(...runs);
    expect(first.map(([, n, is, , reason]) => [n, is, reason])).toEqual([
      [1, 'applied', undefined],
      [2, 'refused', 'invalid-value'],
      [3, 'refused', 'unknown-field'],
      [4, 'applied', undefined],
    ]);
    expect(await senco.write(...runs)).toEqual(first);
    expect(await hub.sync.storage.db.selectFrom('log').selectAll().execute()).toHaveLength(1);
  });

  test('gets the same verdicts after the server was stopped and started', async () => {
    const runs = [run(doc, newPen(), [set(1, 'first_name', 'A')])];
    const first = await senco.write(...runs);
    await hub.restart();
    expect(await senco.write(...runs)).toEqual(first);
  });

  test('gets the same verdicts when both copies wait at the same time', async () => {
    const runs = [run(doc, newPen(), [set(1, 'first_name', 'A')])];
    const [first, second] = await Promise.all([senco.write(...runs), senco.write(...runs)]);
    expect(second).toEqual(first);
  });

  test('with another body under a known name is refused, and what was taken first stands', async () => {
    const pen = newPen();
    await senco.write(run(doc, pen, [set(1, 'first_name', 'A')]));
    expect(await senco.write(run(doc, pen, [set(1, 'first_name', 'B')]))).toEqual([[pen, 1, 'refused', 0, 'id-taken']]);
    const [field] = await hub.sync.storage.db.selectFrom('field').select('value').execute();
    expect(field?.value).toBe('"A"');
  });

  test('with two bodies under one name in one push keeps the first and refuses the second', async () => {
    const pen = newPen();
    const verdicts = await senco.write(run(doc, pen, [set(1, 'first_name', 'A'), set(1, 'first_name', 'B')]));
    expect(verdicts.map(([, n, is, , reason]) => [n, is, reason])).toEqual([
      [1, 'applied', undefined],
      [1, 'refused', 'id-taken'],
    ]);
    const [field] = await hub.sync.storage.db.selectFrom('field').select('value').execute();
    expect(field?.value).toBe('"A"');
  });

  test('starts the same document once', async () => {
    const id = newId<DocumentId>();
    const commands = [
      { id: newId(), doc: id, name: 'start' as const, args: { kind: 'request', form: 1 }, seen: {} },
    ] as never[];
    const first = await senco.push({ commands });
    expect((await senco.push({ commands })).commands).toEqual(first.commands);
    expect(first.commands[0]?.verdict.is).toBe('done');
  });
});

describe('what was called saved', () => {
  test('is in the file when it is opened again', async () => {
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'A')]));
    await hub.restart();
    const fields = (await senco.pullAll([doc])).filter((change) => change.t === 'field');
    expect(fields.map(({ field, value }) => [field, value])).toEqual([['first_name', 'A']]);
  });

  test('keeps the words of a rich text and an item with its fields', async () => {
    const pen = newPen();
    const item = newId<string>();
    const verdicts = await senco.write(
      run(doc, pen, [
        edit(1, 'text', 'views', 'working', typed(pen, 'Calm mornings')),
        edit(2, 'add', 'contacts', 'contacts', { item, order: 'a0' }),
        edit(3, 'set', item, 'full_name', 'C'),
      ]),
    );
    expect(verdicts.map(([, , is]) => is)).toEqual(['applied', 'applied', 'applied']);
    await hub.restart();
    const changes = await senco.pullAll([doc]);
    expect(changes.find((change) => change.t === 'text')?.tree).toEqual([
      { type: 'paragraph', runs: [{ text: 'Calm mornings' }] },
    ]);
    expect(changes.find((change) => change.t === 'item')).toMatchObject({ id: item, section: 'contacts', gone: false });
  });
});

describe('a pen', () => {
  test('with a number left out is told of the gap, and what comes before it is taken', async () => {
    const pen = newPen();
    const verdicts = await senco.write(run(doc, pen, [set(1, 'first_name', 'A'), set(3, 'last_name', 'B')]));
    expect(verdicts).toEqual([
      [pen, 1, 'applied', 1],
      [pen, 3, 'refused', 0, 'gap'],
    ]);
    expect(
      (await senco.write(run(doc, pen, [set(2, 'dob', null), set(3, 'last_name', 'B')]))).map(([, , is]) => is),
    ).toEqual(['applied', 'applied']);
  });

  test('of another device is refused: a copied telephone takes a new one', async () => {
    const pen = newPen();
    await senco.write(run(doc, pen, [set(1, 'first_name', 'A')]));
    const copy = await (await hub.person('senco')).device();
    await senco.command('share', doc, { email: await copy.email(), access: 'edit' });
    expect((await copy.write(run(doc, pen, [set(2, 'first_name', 'B')])))[0]?.[4]).toBe('id-taken');
  });

  test('writes only under its own Yjs client', async () => {
    const pen = newPen();
    const [verdict] = await senco.write(
      run(doc, pen, [edit(1, 'text', 'views', 'working', typed(newPen(), 'not mine'))]),
    );
    expect(verdict?.slice(2)).toEqual(['refused', 0, 'text-not-allowed']);
  });
});

describe('someone else’s document', () => {
  test('answers like one that does not exist, to edits, commands and wishes', async () => {
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'A')]));
    const stranger = await (await hub.person('senco')).device();
    const answers = [];
    for (const id of [doc, newId<DocumentId>()]) {
      const pen = newPen();
      const reply = await stranger.push({
        runs: [run(id, pen, [set(1, 'first_name', 'B')])],
        want: [id],
        pull: true,
        commands: [{ id: newId(), doc: id, name: 'submit', args: {}, seen: {} }] as never[],
      });
      answers.push({
        verdicts: reply.verdicts.map(([, ...rest]) => rest),
        commands: reply.commands.map(({ verdict }) => verdict),
        changes: reply.frame?.changes.map(({ t }) => t),
      });
      stranger.cursor = null;
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.commands).toEqual([{ is: 'refused', reason: 'not-found' }]);
    expect(
      await hub.sync.storage.db.selectFrom('pen').selectAll().where('person_id', '=', stranger.person).execute(),
    ).toEqual([]);
  });

  test('cannot be written under another person’s account', async () => {
    const other = await (await hub.person('parent')).device();
    const body = { ...senco.body({ runs: [run(doc, newPen(), [set(1, 'first_name', 'A')])] }), account: other.person };
    expect(await applyPush(hub.sync, senco.session, body, hub.clock.now)).toEqual({
      ok: false,
      reason: 'other-person',
    });
    expect(await hub.sync.storage.db.selectFrom('log').selectAll().execute()).toEqual([]);
  });
});

describe('pushes that wait together', () => {
  test('one that fails takes no other with it', async () => {
    const failing = hub.sync.commits.commit([], async (batch) => {
      await batch.start({ ...(await batch.open(hub.authority, doc))!.row, id: doc });
    });
    const runs = [1, 2, 3].map(() => senco.write(run(doc, newPen(), [set(1, 'first_name', 'A')])));
    const bad = hub.sync.commits.commit([], () => Promise.reject(new Error('a bug')));
    await expect(failing).rejects.toThrow();
    await expect(bad).rejects.toThrow('a bug');
    expect((await Promise.all(runs)).map(([verdict]) => verdict?.[2])).toEqual(['applied', 'applied', 'applied']);
    expect(await hub.sync.storage.db.selectFrom('log').selectAll().execute()).toHaveLength(3);
  });

  test('leave a chain of audit entries that verifies, and one that was changed shows', async () => {
    await Promise.all([1, 2, 3].map(() => senco.write(run(doc, newPen(), [set(1, 'first_name', 'A')]))));
    expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true, entries: 4 });
    await expect(
      hub.sync.storage.write((tx) => tx.updateTable('audit').set({ actor: 'nobody' }).execute()),
    ).rejects.toThrow('append-only');
    await hub.sync.storage.write(async (tx) => {
      await sql
        .raw(isPostgres(tx) ? 'drop trigger audit_append_only on audit' : 'drop trigger audit_no_update')
        .execute(tx);
      await tx.updateTable('audit').set({ detail: '{}' }).where('id', '=', 2).execute();
    });
    expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toEqual({ ok: false, what: 'broken', at: 2 });
  });
});

describe('clocks', () => {
  test('a device a year ahead cannot write later than now, and its edits stay in their order', async () => {
    const year = 365 * 86_400_000;
    await senco.push({
      sent: hub.clock.now + year,
      runs: [
        run(doc, newPen(), [
          set(1, 'preferred_name', 'A', hub.clock.now + year - 5000),
          set(2, 'preferred_name', 'B', hub.clock.now + year),
        ]),
      ],
    });
    const [row] = await hub.sync.storage.db.selectFrom('log').select('stamps').execute();
    expect(JSON.parse(row?.stamps ?? '')).toEqual([hub.clock.now - 5000, hub.clock.now]);
  });
});
