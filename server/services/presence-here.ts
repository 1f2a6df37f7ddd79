/**
 * Whom a person is told of: others who may write in a section that this person may write too, by what stands in the
 * database at this moment. Whoever only reads is told nothing and shown to nobody, and is spared no line by which they
 * could notice. Who looks is seen: a device is told only of documents in which it says itself where it is.
 */
import type { DocumentId, PersonId, SectionKey } from '#sync/model/ids.ts';
import type { By } from '#sync/protocol/changes.ts';
import type { Here } from '#sync/protocol/presence.ts';
import { roleNamed, type RoleName } from '#sync/roles/index.ts';
import type { Kysely } from 'kysely';
import { activePersonById, rolesOf } from '#server/storage/people.ts';
import type { Tables } from '#server/storage/schema.ts';
import { viewOf } from './changes-since.ts';
import { peopleOf } from './changes-since-people.ts';
import type { Place } from './presence.ts';
import type { Sync } from './sync.ts';
import { mayIn, sectionRights, type Reader } from './viewer.ts';

export async function hereFor(sync: Pick<Sync, 'storage' | 'forms' | 'presence'>, reader: Reader): Promise<Here[]> {
  const words = sync.presence.near(reader.authority, reader.person, reader.device);
  if (words.length === 0) return [];
  return sync.storage.read(async (db) => {
    const people = peopleOf(db, reader.authority);
    const here = new Map<string, { doc: DocumentId; section: SectionKey | null; who: Map<PersonId, By> }>();
    for (const { person, device, place } of words) {
      if (place === null) continue;
      const { doc, section } = place;
      if (!(await mayWrite(sync, db, reader, place))) continue;
      const other = await otherReader(db, { ...reader, person, device });
      if (other === undefined || !(await mayWrite(sync, db, other, place))) continue;
      const key = `${doc} ${section ?? ''}`;
      const entry = here.get(key) ?? { doc, section, who: new Map<PersonId, By>() };
      here.set(key, entry);
      entry.who.set(person, await people(person));
    }
    // In an order that tells of nothing but the names themselves.
    return [...here.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { doc, section, who }]) => ({
        doc,
        section,
        who: [...who.values()].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)),
      }));
  });
}

/** In that section; where none is named, in the document as a whole. */
async function mayWrite(
  sync: Pick<Sync, 'forms'>,
  db: Kysely<Tables>,
  reader: Reader,
  { doc, section }: Place,
): Promise<boolean> {
  const view = await viewOf(sync, db, reader, doc);
  if (view === undefined) return false;
  const rights = section === null ? mayIn(reader, view.row, view.shares) : sectionRights(reader, view)(section);
  return rights.includes('write');
}

/** Undefined for an account that was closed meanwhile. */
async function otherReader(db: Kysely<Tables>, { authority, person, device }: Reader): Promise<Reader | undefined> {
  if ((await activePersonById(db, authority, person)) === undefined) return undefined;
  const names = await rolesOf(db, authority, person);
  return { authority, person, device, roles: names.filter((name): name is RoleName => roleNamed(name) !== undefined) };
}
