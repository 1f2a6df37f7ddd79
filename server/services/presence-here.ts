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
import type { Sync } from './sync.ts';
import { maySee, sectionRights, type Reader, type SectionRights } from './viewer.ts';

export async function hereFor(sync: Pick<Sync, 'storage' | 'forms' | 'presence'>, reader: Reader): Promise<Here[]> {
  const words = sync.presence.near(reader.authority, reader.person, reader.device);
  if (words.length === 0) return [];
  return sync.storage.read(async (db) => {
    const people = peopleOf(db, reader.authority);
    const here = new Map<string, { doc: DocumentId; section: SectionKey; who: Map<PersonId, By> }>();
    for (const { person, device, place } of words) {
      if (place === null) continue;
      const { doc, section } = place;
      if (!(await rightsIn(sync, db, reader, doc))(section).includes('write')) continue;
      const other = await otherReader(db, { ...reader, person, device });
      if (other === undefined || !(await rightsIn(sync, db, other, doc))(section).includes('write')) continue;
      const key = `${doc} ${section}`;
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

async function rightsIn(
  sync: Pick<Sync, 'forms'>,
  db: Kysely<Tables>,
  reader: Reader,
  doc: DocumentId,
): Promise<SectionRights> {
  const view = await viewOf(sync, db, reader, doc);
  return view === undefined || !maySee(reader, view.row, view.shares) ? () => [] : sectionRights(reader, view);
}

/** Undefined for an account that was closed meanwhile. */
async function otherReader(db: Kysely<Tables>, { authority, person, device }: Reader): Promise<Reader | undefined> {
  if ((await activePersonById(db, authority, person)) === undefined) return undefined;
  const names = await rolesOf(db, authority, person);
  return { authority, person, device, roles: names.filter((name): name is RoleName => roleNamed(name) !== undefined) };
}
