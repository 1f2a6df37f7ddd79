import * as z from 'zod/mini';
import type { PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { mayDocument } from '#sync/roles/may.ts';
import { activePersonByEmail, rolesOf } from '#server/storage/people.ts';
import { remembered } from '#server/storage/restored.ts';
import { queueMessage } from '../messages.ts';
import { normalEmail } from '../sign-in.ts';
import { calendarDay, dayInWords } from './calendar.ts';
import { done, onDocument, refused } from './command.ts';
import { addEvent } from './event.ts';

/** Opens a draft to one named person of the same authority. What was typed before is not opened with it, only what stands. */
export const share = onDocument({
  name: 'share',
  args: z.strictObject({ email: z.string().check(z.maxLength(254)), access: z.enum(['view', 'edit']) }),
  async run(facts) {
    const { batch, reader, keys, command, document, may, args, at } = facts;
    if (!may.includes('share')) return refused('not-allowed');
    const person = await activePersonByEmail(batch.tx, reader.authority, normalEmail(args.email));
    if (person === undefined) return refused('no-account');
    // Somebody whose roles read no draft would be told of one that never opens.
    const roles = (await rolesOf(batch.tx, reader.authority, person.id)) as RoleName[];
    const { kind, stage } = document.row;
    const opens = mayDocument(
      { person: person.id as PersonId, roles },
      { kind, stage, whose: `shared-${args.access}` },
    );
    if (!opens.includes('see')) return refused('reads-no-drafts');
    if (person.id === reader.person || person.id === document.row.starter_id) return refused('own-account');
    const standing = document.shares.find((one) => one.person_id === person.id && one.ended_at === null);
    if (standing?.access !== args.access) {
      if (standing !== undefined) {
        standing.ended_at = at;
        document.changedShares.add(standing);
      }
      // Taken away and given again, a draft is news once a day: nobody's letter box is filled by this.
      const isNews = !document.shares.some((one) => one.person_id === person.id && one.shared_at > at - dayMs);
      // Done again on a server that was put back, it opens nothing to whom it was taken from in the time that is lost.
      const ended = await remembered(batch.tx, 'share', command.id);
      const row = {
        // The command's own name, by which its end is known again.
        id: command.id,
        authority_id: reader.authority,
        document_id: document.row.id,
        person_id: person.id,
        access: args.access,
        shared_by: reader.person,
        shared_at: at,
        ended_at: ended?.at ?? null,
        seq: 0,
      };
      document.shares.push(row);
      document.changedShares.add(row);
      // Told that it is gone, a device offers once more what its person wrote there while it was open to them.
      document.rights.set(person.id as PersonId, ended === undefined ? 'show' : 'hide');
      addEvent(facts, 'shared', { person: person.id, access: args.access });
      if (isNews && ended === undefined) {
        await queueMessage(
          batch.tx,
          { ports: batch.ports, keys },
          {
            authorityId: reader.authority,
            key: 'draft.shared',
            channel: 'email',
            to: person,
            values: { date: dayInWords(calendarDay(at)), link: '/' },
            cause: command.id,
          },
        );
      }
    }
    return done({ person: person.id, name: person.name, access: args.access });
  },
});
const dayMs = 24 * 60 * 60_000;
