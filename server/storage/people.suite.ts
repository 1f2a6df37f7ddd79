/** What both databases keep of people, their sessions, settings and messages. */
import { describe, expect, test } from 'vitest';
import { lay, now, personRow } from '#tests/hub/rows.ts';
import { newId } from '#tests/hub/sync-hub.ts';
import { auditAfter, insertAudit, isAudited, lastAudits } from './audit.ts';
import type { Storage } from './database.ts';
import * as messages from './messages.ts';
import * as people from './people.ts';
import * as sessions from './sessions.ts';
import * as viewers from './viewers.ts';

export function peopleSuite(storage: () => Storage): void {
  const write: Storage['write'] = (work, order) => storage().write(work, order);
  const db = () => storage().db;

  describe('people', () => {
    test('are found while their account is active, with the roles that they hold, in order', async () => {
      const { authority, person } = await lay(storage());
      const away = newId<string>();
      const organisation = (name: string, kind: string) => ({
        ...{ id: newId<string>(), authority_id: authority, kind, name, created_at: now },
        ...{ establishment_type: null, address: null },
      });
      const membership = (role: string, ended_at: number | null, created_at = now) => ({
        ...{ id: newId<string>(), authority_id: authority, person_id: person, role },
        ...{ organisation_id: null, created_at, ended_at },
      });
      const organisations = [
        organisation('Zeta', 'school'),
        organisation('alpha', 'nursery'),
        organisation('X', 'team'),
      ];
      await write(async (tx) => {
        await tx
          .insertInto('person')
          .values(personRow({ authority }, away, { is_active: 0 }))
          .execute();
        await tx.insertInto('organisation').values(organisations).execute();
        await tx
          .insertInto('membership')
          .values([membership('senco', null), membership('co-ordinator', null, now + 1), membership('parent', now)])
          .execute();
        await people.insertSetting(tx, authority, 'kept');
      });
      expect((await people.activePersonByEmail(db(), authority, `${person}@hub.example`))?.id).toBe(person);
      expect(await people.activePersonByEmail(db(), authority, `${away}@hub.example`)).toBeUndefined();
      expect(await people.activePersonByEmail(db(), authority, 'with\0nothing')).toBeUndefined();
      expect((await people.activePersonById(db(), authority, person))?.created_at).toBe(now);
      expect(await people.activePersonById(db(), authority, away)).toBeUndefined();
      expect(await people.rolesOf(db(), authority, person)).toEqual(['co-ordinator', 'senco']);
      expect(await viewers.personShown(db(), authority, person)).toEqual({ name: 'A person', role: 'senco' });
      expect(await viewers.personShown(db(), authority, 'nobody')).toBeUndefined();
      expect((await viewers.activePeopleInRole(db(), authority, 'senco')).map(({ id }) => id)).toEqual([person]);
      const found = await people.organisationsOfKinds(db(), authority, ['school', 'nursery']);
      expect(found.map(({ name }) => name).sort()).toEqual(['Zeta', 'alpha']);
      expect(await people.settingValue(db(), authority)).toBe('kept');
      expect(await people.settingValue(db(), 'unknown')).toBeUndefined();
    });

    test('belong to an authority, which is found by its host and id', async () => {
      const { authority } = await lay(storage());
      expect((await people.authorityByHost(db(), authority))?.id).toBe(authority);
      expect((await people.authorityById(db(), authority))?.created_at).toBe(now);
      expect(await people.authorityByHost(db(), 'elsewhere')).toBeUndefined();
      expect((await people.authorityHosts(db())).get(authority)).toBe(authority);
      expect((await people.someAuthorities(db())).length).toBeLessThanOrEqual(2);
    });

    test('have devices, whose latest stamp never goes back, and rights that are counted', async () => {
      const { device, person } = await lay(storage());
      for (const stamp of [now + 5, now]) await write((tx) => viewers.setLastStamp(tx, device, stamp));
      expect(await viewers.lastStampOf(db(), device)).toBe(now + 5);
      expect((await people.deviceById(db(), device))?.last_stamp).toBe(now + 5);
      await write((tx) => viewers.setRightsSeq(tx, person, 2 ** 48 - 1));
      expect(await viewers.rightsSeq(db(), person)).toBe(2 ** 48 - 1);
      expect([await viewers.rightsSeq(db(), 'nobody'), await viewers.lastStampOf(db(), 'none')]).toEqual([0, 0]);
    });
  });

  describe('sessions', () => {
    test('tell of the account and the device, change while they last, and end', async () => {
      const { authority, person, device } = await lay(storage());
      const session = (token_hash: string, device_id: string | null) => ({
        ...{ token_hash, authority_id: authority, person_id: person, device_id, nonce: 'n' },
        ...{ created_at: now, last_seen_at: now, expires_at: now + 1, ended_at: null },
      });
      const [one, two] = [newId<string>(), newId<string>()];
      await write(async (tx) => {
        await sessions.insertSession(tx, session(one, device));
        await sessions.insertSession(tx, session(two, null));
      });
      await write((tx) => sessions.updateSession(tx, one, { nonce: 'm' }));
      expect(await sessions.sessionByHash(db(), one)).toMatchObject({
        ...{ nonce: 'm', device_id: device, public_key: 'key', revoked_at: null, is_active: 1, expires_at: now + 1 },
      });
      expect(await sessions.sessionByHash(db(), two)).toMatchObject({ public_key: null, device_id: null });
      await write((tx) => sessions.noteSeen(tx, one, now + 5));
      expect(await sessions.sessionByHash(db(), one)).toMatchObject({ last_seen_at: now + 5 });
      await write((tx) => sessions.endSessionsOf(tx, authority, person, now + 7));
      await write((tx) => sessions.updateSession(tx, one, { ended_at: 1 }));
      await write((tx) => sessions.noteSeen(tx, one, now + 9));
      expect(await sessions.sessionByHash(db(), one)).toMatchObject({ last_seen_at: now + 5 });
      expect((await sessions.sessionByHash(db(), one))?.ended_at).toBe(now + 7);
      expect(await sessions.sessionByHash(db(), 'unknown')).toBeUndefined();
    });

    test('begin with attempts, which are counted and forgotten when they are old', async () => {
      const { authority, person } = await lay(storage());
      const id = newId<string>();
      const attempt = {
        ...{ id, authority_id: authority, person_id: person, browser_hash: 'b', code_hmac: null },
        ...{ code_expires_at: null, guesses: 0, sends: 0, created_at: now, done_at: null },
      };
      const note = (at: number) => ({ authority_id: authority, account_hmac: id, what: 'password', at });
      await write(async (tx) => {
        await sessions.insertSignIn(tx, attempt);
        for (const at of [now, now + 2, now + 1]) await sessions.noteHappening(tx, note(at));
        await sessions.updateSignIn(tx, id, { guesses: 3 });
      });
      expect(await sessions.signInById(db(), id, 'b')).toEqual({ ...attempt, guesses: 3 });
      expect(await sessions.signInById(db(), id, 'another browser')).toBeUndefined();
      const times = () => sessions.happenings(db(), authority, id, 'password', now);
      expect(await times()).toEqual([now + 2, now + 1]);
      await write((tx) => sessions.forgetOldAttempts(tx, now + 2));
      expect([await times(), await sessions.signInById(db(), id, 'b')]).toEqual([[now + 2], undefined]);
      await write((tx) => sessions.forgetHappenings(tx, authority, [id]));
      expect(await times()).toEqual([]);
    });
  });

  describe('messages', () => {
    test('are claimed by the one that waited longest, each by one sender, and again when a sender died', async () => {
      const { authority } = await lay(storage());
      const channel = newId<string>();
      const message = (id: string, not_before: number) => ({
        ...{ id, authority_id: authority, template: 't', channel, to_person: null, to_address: 'a', args: '{}' },
        ...{ state: 'waiting', tries: 0, not_before, last_error: null, made_at: now, sent_at: null },
      });
      const [first, second] = [newId<string>(), newId<string>()];
      await write(async (tx) => {
        await messages.insertMessage(tx, message(second, now + 1));
        await messages.insertMessage(tx, message(first, now));
      });
      const claim = (at: number) => write((tx) => messages.claimDueMessage(tx, channel, at, at + 100), 'side-by-side');
      expect(await messages.isMessageDue(db(), channel, now - 1)).toBe(false);
      expect(await messages.isMessageDue(db(), channel, now)).toBe(true);
      expect(await claim(now + 1)).toMatchObject({ id: first, state: 'sending', tries: 1, not_before: now + 101 });
      expect((await claim(now + 1))?.id).toBe(second);
      expect(await claim(now + 1)).toBeUndefined();
      await write((tx) => messages.updateMessage(tx, second, { state: 'sent', sent_at: now }));
      expect(await claim(now + 101)).toMatchObject({ id: first, tries: 2 });
    });

    test('that senders claim at the same moment go to one of them each', async () => {
      const { authority } = await lay(storage());
      const channel = newId<string>();
      const ids = Array.from({ length: 12 }, () => newId<string>());
      await write(async (tx) => {
        for (const id of ids)
          await messages.insertMessage(tx, {
            ...{ id, authority_id: authority, template: 't', channel, to_person: null, to_address: 'a', args: '{}' },
            ...{ state: 'waiting', tries: 0, not_before: now, last_error: null, made_at: now, sent_at: null },
          });
      });
      const claims = ids.map(() => write((tx) => messages.claimDueMessage(tx, channel, now, now + 9), 'side-by-side'));
      const claimed = (await Promise.all(claims)).map((message) => message?.id);
      expect(new Set(claimed).size).toBe(claimed.length);
      for (;;) {
        const more = await write((tx) => messages.claimDueMessage(tx, channel, now, now + 9));
        if (more === undefined) break;
        claimed.push(more.id);
      }
      expect(claimed.sort()).toEqual(ids.sort());
    });

    test('that a demonstration delivered stand once, newest first', async () => {
      const { authority } = await lay(storage());
      const delivered = (body: string, at: number) => ({
        ...{ authority_id: authority, channel: 'sms', to_address: '1', subject: '', body, at },
      });
      const far = 2 ** 45;
      for (const [body, at] of [
        ['a', far],
        ['b', far + 1],
        ['a', far],
      ] as const)
        await write((tx) => messages.insertDelivered(tx, delivered(body, at)));
      expect(await messages.deliveredMessages(db(), 2)).toEqual([delivered('b', far + 1), delivered('a', far)]);
    });
  });

  describe('the audit', () => {
    test('is only added to', async () => {
      const { authority, doc, person } = await lay(storage());
      const row = (seq: number) => ({
        ...{ authority_id: authority, seq, at: now, actor: person, device_id: null, action: 'looked' },
        ...{ document_id: doc, detail: '{}', previous: '', hash: String(seq) },
      });
      for (const seq of [1, 2]) await write((tx) => insertAudit(tx, row(seq)));
      const [first, second] = await auditAfter(db(), authority, 0, 10);
      expect([first?.seq, second?.seq]).toEqual([1, 2]);
      expect((await auditAfter(db(), authority, first?.id ?? 0, 1)).map(({ seq }) => seq)).toEqual([2]);
      const newest = (await lastAudits(db())).filter((one) => one.authority_id === authority);
      expect(newest).toEqual([{ authority_id: authority, id: second?.id, hash: '2' }]);
      expect(await isAudited(db(), doc, person, 'looked', now)).toBe(true);
      expect(await isAudited(db(), doc, person, 'looked', now + 1)).toBe(false);
      const ofThis = ['authority_id', '=', authority] as const;
      const change = write((tx) =>
        tx
          .updateTable('audit')
          .set({ actor: 'nobody' })
          .where(...ofThis)
          .execute(),
      );
      await expect(change).rejects.toThrow('append-only');
      const cut = write((tx) =>
        tx
          .deleteFrom('audit')
          .where(...ofThis)
          .execute(),
      );
      await expect(cut).rejects.toThrow('append-only');
      expect(await auditAfter(db(), authority, 0, 10)).toHaveLength(2);
    });
  });
}
