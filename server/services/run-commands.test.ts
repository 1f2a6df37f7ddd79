import { createHash } from 'node:crypto';
import { compactVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { MineChange } from '#sync/protocol/changes.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newId, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let coOrdinator: TestDevice;
let doc: DocumentId;
beforeEach(async () => void ({ hub, senco, parent, coOrdinator, doc } = await openDraftHub()));
afterEach(() => hub.close());

const complete = () =>
  senco.write(run(doc, newPen(), [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')]));
const mineOf = async (device: TestDevice) =>
  (await device.pullAll()).filter((change): change is MineChange => change.t === 'mine');

describe('sending a request', () => {
  test('gives it a number, a lawful date in England and a receipt that can be checked', async () => {
    hub.clock.now = Date.UTC(2026, 5, 1, 23, 30); // half past midnight on 2 June in England
    await complete();
    const verdict = await senco.command('submit', doc, {}, { seen: { child: 3 } as never });
    expect(verdict).toMatchObject({
      is: 'done',
      result: { caseNumber: 'EHC/26/0001', receivedOn: '2026-06-02', receivedAt: hub.clock.now },
    });
    const result = verdict.is === 'done' ? verdict.result : {};
    const { payload } = await compactVerify(String(result.receipt), hub.sync.receipts.publicKey);
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      document: doc,
      caseNumber: 'EHC/26/0001',
      receivedAt: hub.clock.now,
      receivedOn: '2026-06-02',
      snapshotHash: result.snapshotHash,
    });
    const snapshot = await hub.sync.storage.db.selectFrom('snapshot').selectAll().executeTakeFirstOrThrow();
    expect(
      createHash('sha256').update(`{"content":${snapshot.content},"outline":${snapshot.outline}}`).digest('base64url'),
    ).toBe(result.snapshotHash);
    expect(snapshot.receipt).toBe(result.receipt);
  });

  test('is kept under a hash that nobody can try guesses against: something random is in it', async () => {
    await complete();
    await senco.command('submit', doc);
    const { content } = await hub.sync.storage.db.selectFrom('snapshot').select('content').executeTakeFirstOrThrow();
    expect((JSON.parse(content) as { salt: string }).salt).toMatch(/^[A-Za-z0-9_-]{16}$/);
  });

  test('sent twice is one request with one number and the same receipt', async () => {
    await complete();
    const commands = [{ id: newId(), doc, name: 'submit', args: {}, seen: {} }] as never[];
    const first = await senco.push({ commands });
    await hub.restart();
    expect((await senco.push({ commands })).commands).toEqual(first.commands);
    expect(await hub.sync.storage.db.selectFrom('snapshot').selectAll().execute()).toHaveLength(1);
    expect(await senco.command('submit', doc)).toEqual({ is: 'refused', reason: 'already-submitted' });
  });

  test('tells the requester and each co-ordinator by a message that names nobody’s child', async () => {
    await complete();
    await senco.command('submit', doc);
    const messages = await hub.sync.storage.db
      .selectFrom('message')
      .select(['template', 'to_address', 'args'])
      .orderBy('template')
      .execute();
    expect(messages.map(({ template, to_address }) => [template, to_address])).toEqual([
      ['request.ack', await senco.email()],
      ['request.new', await coOrdinator.email()],
    ]);
    for (const { args } of messages)
      expect(Object.keys(JSON.parse(args) as object).sort()).toEqual(['case_id', 'date', 'link']);
  });

  test('without a needed answer is refused, and says where', async () => {
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'A'), set(2, 'dob', '2018-02-03')]));
    expect(await senco.command('submit', doc)).toEqual({
      is: 'refused',
      reason: 'incomplete',
      at: [['child', 'last_name']],
    });
  });

  test('waits until two answers to one question are settled', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    const base = { child: 3 };
    await senco.write(run(doc, newPen(), [set(1, 'first_name', 'C')], base));
    expect((await parent.write(run(doc, newPen(), [set(1, 'first_name', 'D')], base)))[0]?.[2]).toBe('conflict');
    expect(await senco.command('submit', doc, {}, { seen: { child: 9 } as never })).toEqual({
      is: 'refused',
      reason: 'open-conflict',
      at: [['child', 'first_name']],
    });
  });

  test('asks the sender to read again what somebody else wrote meanwhile', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    await parent.write(run(doc, newPen(), [set(1, 'preferred_name', 'D')], { child: 3 }));
    expect(await senco.command('submit', doc, {}, { seen: { child: 3 } as never })).toEqual({
      is: 'refused',
      reason: 'look-again',
      at: ['child'],
    });
    expect((await senco.command('submit', doc, {}, { seen: { child: 4 } as never })).is).toBe('done');
  });

  test('waits for the edits that it depends on', async () => {
    const pen = newPen();
    const commands = [{ id: newId(), doc, name: 'submit', args: {}, seen: {}, after: [pen, 3] }] as never[];
    expect((await senco.push({ commands })).commands).toEqual([]);
    const edits = [set(1, 'first_name', 'A'), set(2, 'last_name', 'B'), set(3, 'dob', '2018-02-03')];
    const reply = await senco.push({ runs: [run(doc, pen, edits)], commands });
    expect(reply.commands[0]?.verdict.is).toBe('done');
  });

  test('is not for someone with whom the draft was shared', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    expect(await parent.command('submit', doc)).toEqual({ is: 'refused', reason: 'not-allowed' });
  });
});

describe('words that come too late', () => {
  test('are parked for their author alone after the request was sent, and can be sent on', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    await senco.command('submit', doc, {}, { seen: { child: 3 } as never });
    const pen = newPen();
    const verdicts = await senco.write(
      run(doc, pen, [set(1, 'first_name', 'Late'), edit(2, 'text', 'views', 'working', typed(pen, 'Too late'))]),
    );
    expect(verdicts).toEqual([
      [pen, 1, 'parked', 0, 'section-closed'],
      [pen, 2, 'parked', 0, 'section-closed'],
    ]);
    const mine = await mineOf(senco);
    expect(mine.map(({ reason, value, done }) => [reason, value, done])).toEqual([
      ['section-closed', 'Late', false],
      ['section-closed', 'Too late', false],
    ]);
    expect(await mineOf(parent)).toEqual([]);
    const id = mine[0]?.id ?? '';
    expect(await parent.command('send-on', doc, { id })).toEqual({ is: 'refused', reason: 'not-found' });
    expect((await senco.command('send-on', doc, { id })).is).toBe('done');
    expect((await mineOf(senco)).map(({ id: which, done }) => [which, done])).toEqual([[id, true]]);
    const events = (await coOrdinator.pullAll([doc])).filter(
      (change) => change.t === 'event' && change.what === 'sent-on',
    );
    expect(events).toMatchObject([{ args: { section: 'child', holder: 'child', field: 'first_name', value: 'Late' } }]);
    expect((await senco.command('drop-parked', doc, { id: mine[1]?.id ?? '' })).is).toBe('done');
  });

  test('typed in small pieces are one text to deal with', async () => {
    await complete();
    await senco.command('submit', doc);
    const pen = newPen();
    await senco.write(run(doc, pen, [edit(1, 'text', 'views', 'working', typed(pen, 'One '))]));
    await senco.write(run(doc, pen, [edit(2, 'text', 'views', 'working', typed(pen, 'two'))]));
    expect((await mineOf(senco)).map(({ value }) => value)).toEqual(['One two']);
  });

  test('of someone who wrote with the sender can be sent on, and the authority reads them on the timeline', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    await Promise.all([senco.pullAll([doc]), parent.pullAll([doc])]);
    await senco.command('submit', doc);
    expect(await parent.pullAll()).toContainEqual(
      expect.objectContaining({ t: 'doc', doc, stage: 'received', may: ['see', 'download', 'see-openings'] }),
    );
    const pen = newPen();
    expect(await parent.write(run(doc, pen, [set(1, 'first_name', 'Late')]))).toEqual([
      [pen, 1, 'parked', 0, 'section-closed'],
    ]);
    const [mine] = await mineOf(parent);
    expect(await parent.command('send-on', doc, { id: mine?.id ?? '' })).toEqual({ is: 'done', result: {} });
    const sentOn = expect.objectContaining({
      t: 'event',
      what: 'sent-on',
      by: expect.objectContaining({ id: parent.person }) as object,
      args: expect.objectContaining({ field: 'first_name', value: 'Late' }) as object,
    }) as object;
    expect(await coOrdinator.pullAll([doc])).toContainEqual(sentOn);
    expect(await parent.pullAll()).toContainEqual(sentOn);
  });

  test('stay their author’s when the sender takes a request away that was sent, and cannot be sent on any more', async () => {
    await complete();
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    await Promise.all([senco.pullAll([doc]), parent.pullAll([doc])]);
    await senco.command('submit', doc);
    expect(await senco.pullAll()).toContainEqual(
      expect.objectContaining({ t: 'doc', shares: [expect.objectContaining({ access: 'edit' })] }),
    );
    await parent.write(run(doc, newPen(), [set(1, 'first_name', 'Late')]));
    const [mine] = await mineOf(parent);
    // Nobody else can do so, and nobody new is let in by this road.
    expect(await parent.command('unshare', doc, { person: senco.person })).toMatchObject({ reason: 'not-allowed' });
    expect(await coOrdinator.command('unshare', doc, { person: parent.person })).toMatchObject({
      reason: 'not-allowed',
    });
    expect(await senco.command('share', doc, { email: await coOrdinator.email(), access: 'edit' })).toMatchObject({
      reason: 'not-allowed',
    });
    expect((await senco.command('unshare', doc, { person: parent.person })).is).toBe('done');
    expect(await parent.pullAll()).toContainEqual({ t: 'gone', doc });
    expect((await parent.pullAll([doc])).filter(({ t }) => t !== 'mine')).toEqual([{ t: 'gone', doc }]);
    expect(await parent.command('send-on', doc, { id: mine?.id ?? '' })).toMatchObject({ reason: 'not-allowed' });
  });

  test('are parked when the share ended, and cannot be sent on by that road', async () => {
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    await senco.command('unshare', doc, { person: parent.person });
    const pen = newPen();
    expect(await parent.write(run(doc, pen, [set(1, 'first_name', 'E')]))).toEqual([
      [pen, 1, 'parked', 0, 'access-ended'],
    ]);
    const [mine] = await mineOf(parent);
    expect(await parent.command('send-on', doc, { id: mine?.id ?? '' })).toEqual({
      is: 'refused',
      reason: 'not-allowed',
    });
  });

  test('are parked when the draft was deleted', async () => {
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    expect((await senco.command('delete-draft', doc)).is).toBe('done');
    expect((await parent.write(run(doc, newPen(), [set(1, 'first_name', 'E')])))[0]?.slice(2)).toEqual([
      'parked',
      0,
      'document-deleted',
    ]);
  });

  test('of someone who could only read are refused', async () => {
    await senco.command('share', doc, { email: await parent.email(), access: 'view' });
    expect((await parent.write(run(doc, newPen(), [set(1, 'first_name', 'E')])))[0]?.slice(2)).toEqual([
      'refused',
      0,
      'not-yours',
    ]);
  });
});

describe('sharing', () => {
  test('is with somebody who has an account here, and never with oneself', async () => {
    expect(await senco.command('share', doc, { email: 'nobody@hub.example', access: 'edit' })).toEqual({
      is: 'refused',
      reason: 'no-account',
    });
    expect(await senco.command('share', doc, { email: await senco.email(), access: 'edit' })).toEqual({
      is: 'refused',
      reason: 'own-account',
    });
    const administrator = await (await hub.person('administrator')).device();
    expect(await senco.command('share', doc, { email: await administrator.email(), access: 'view' })).toEqual({
      is: 'refused',
      reason: 'reads-no-drafts',
    });
    expect(
      await senco.command('share', doc, { email: ` ${(await parent.email()).toUpperCase()} `, access: 'edit' }),
    ).toMatchObject({ is: 'done', result: { person: parent.person } });
    expect(await parent.command('share', doc, { email: await coOrdinator.email(), access: 'view' })).toEqual({
      is: 'refused',
      reason: 'not-allowed',
    });
  });

  test('is told by one letter a day, however often it is taken away and given again', async () => {
    const letters = async () =>
      (await hub.sync.storage.db.selectFrom('message').selectAll().where('template', '=', 'draft.shared').execute())
        .length;
    for (const access of ['edit', 'view', 'edit']) {
      await senco.command('share', doc, { email: await parent.email(), access });
      await senco.command('unshare', doc, { person: parent.person });
    }
    expect(await letters()).toBe(1);
    hub.clock.now += 25 * 60 * 60_000;
    await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
    expect(await letters()).toBe(2);
  });

  test('a command under the name of another one is refused', async () => {
    const id = newId();
    await senco.command('delete-draft', doc, {}, { id } as never);
    expect(await parent.command('delete-draft', doc, {}, { id } as never)).toEqual({
      is: 'refused',
      reason: 'id-taken',
    });
  });
});
