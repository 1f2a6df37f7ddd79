/**
 * An authority full of received requests, as believable as made-up ones can be: over two years of working days, most of
 * them sent by the SENCOs of three hundred schools and by parents who sent one each, with every section of the form that
 * is written in, and children whose names repeat as often as names do.
 */
import type { DocumentId, PersonId } from '#sync/model/ids.ts';
import type { RoleName } from '#sync/roles/index.ts';
import type { SeededRandom } from '#tests/simulation/random.ts';
import { newId, type PreparedHub } from './prepared-hub.ts';

const dayMs = 86_400_000;
const days = 700;
const schools = 300;
const advisers = 60;
const calendarDate = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The sections of a request in which something stands. */
const written = ['child', 'child-address', 'contacts', 'education', 'needs', 'views', 'documents', 'declaration'];

export async function receivedCases(hub: PreparedHub, cases: number, random: SeededRandom): Promise<DocumentId[]> {
  const first = Date.UTC(2024, 8, 2);
  const sent = Array.from({ length: cases }, () => {
    const day = random.below(days);
    return first + (day - Math.max(0, ((day + 1) % 7) - 4)) * dayMs + (8 * 60 + random.below(10 * 60)) * 60_000;
  })
    .map((minute) => minute + random.below(60_000))
    .sort((a, b) => a - b);
  const desks = await people(hub, schools, 'senco', random);
  desks.push(...(await people(hub, advisers, 'professional', random)));
  // One in three is sent by a family, each its own.
  const families = await people(hub, Math.ceil(cases / 3), 'parent', random);
  const order = shuffled(cases, random);
  const byYear = new Map<number, number>();
  const all: DocumentId[] = [];
  for (let from = 0; from < cases; from += rowsAtOnce)
    await hub.storage.write(async (tx) => {
      for (let at = from; at < Math.min(cases, from + rowsAtOnce); at += 1) {
        const submitted = sent[at] ?? first;
        const year = new Date(submitted).getUTCFullYear();
        const number = (byYear.get(year) ?? 0) + 1;
        byYear.set(year, number);
        const starter = at % 3 === 0 ? families[at / 3] : desks[leaning(desks.length, random)];
        const id = newId<DocumentId>();
        all.push(id);
        // Whatever the order of receipt, what happened last stands last in the feed.
        const seq = (order[at] ?? at) + 1;
        const document = {
          ...{ id, authority_id: hub.authority, kind: 'request', form: 1, stage: 'received' },
          starter_id: starter ?? '',
          case_number: `EHC/${String(year % 100)}/${String(number).padStart(4, '0')}`,
          received_on: calendarDate(submitted),
          submitted_at: submitted,
          submitted_by: starter ?? null,
          created_at: submitted - random.below(30 * 24 * 60) * 60_000 - random.below(60_000),
          updated_at: submitted,
          seq,
        };
        await tx.insertInto('document').values(document).execute();
        const rights = { document_id: id, authority_id: hub.authority };
        const sections = written.map((section) => ({
          ...{ ...rights, section, ver: 1 + random.below(20), seq },
          updated_at: submitted - random.below(600_000),
        }));
        await tx.insertInto('section').values(sections).execute();
        const answers = {
          first_name: firstNames[leaning(firstNames.length, random)] ?? '',
          last_name: lastNames[leaning(lastNames.length, random)] ?? '',
          dob: calendarDate(submitted - 3 * 365 * dayMs - random.below(17 * 365) * dayMs),
        };
        const fields = Object.entries(answers).map(([field, value]) => ({
          ...{ ...rights, section: 'child', holder: 'child', field, value: JSON.stringify(value), base: 'null' },
          sides: JSON.stringify([{ value, person: starter, device: newId(), ver: 1, stamp: submitted, edit: 'a.1' }]),
          ...{ conflict: null, ver: 1, at: submitted, seq },
        }));
        await tx.insertInto('field').values(fields).execute();
      }
    });
  await hub.storage.write(async (tx) => {
    const of = { authority_id: hub.authority };
    await tx
      .insertInto('feed_head')
      .values({ ...of, seq: cases, mark: 7, epoch: 1, audit_hash: '' })
      .execute();
    for (const [at, id] of all.entries()) {
      const seq = (order[at] ?? at) + 1;
      await tx
        .insertInto('feed_mark')
        .values({ ...of, seq, mark: 7 })
        .execute();
      await tx
        .insertInto('feed')
        .values({ ...of, seq, document_id: id, person_id: null, what: 'change' })
        .execute();
    }
  });
  return all;
}
const rowsAtOnce = 5_000;

async function people(hub: PreparedHub, count: number, role: RoleName, random: SeededRandom): Promise<PersonId[]> {
  const all = Array.from({ length: count }, () => newId<PersonId>());
  await hub.storage.write(async (tx) => {
    for (const id of all) {
      const name = `${firstNames[leaning(firstNames.length, random)] ?? ''} ${lastNames[leaning(lastNames.length, random)] ?? ''}`;
      const of = { authority_id: hub.authority, created_at: Date.now() };
      const account = { email: `${id.toLowerCase()}@hallowshire.example`, phone: '', password_hash: '-', is_active: 1 };
      await tx
        .insertInto('person')
        .values({ ...of, id, name, ...account })
        .execute();
      await tx
        .insertInto('membership')
        .values({ ...of, id: newId<string>(), person_id: id, role, organisation_id: null, ended_at: null })
        .execute();
    }
  });
  return all;
}

/** The first ones most often, as names are. */
const leaning = (count: number, random: SeededRandom): number =>
  Math.floor(count * (random.below(10_000) / 10_000) ** 2);

function shuffled(count: number, random: SeededRandom): number[] {
  const all = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = random.below(at + 1);
    [all[at], all[other]] = [all[other] ?? 0, all[at] ?? 0];
  }
  return all;
}

const firstNames =
  'Muhammad Oliver Noah Olivia Amelia George Arthur Isla Leo Ava Freya Theodore Oscar Lily Florence Ivy Archie Jack Willow Freddie Henry Luca Rosie Sophia Isabella Grace Daisy Charlie Alfie Sienna Theo Poppy Elsie Emily Ella Evelyn Phoebe Evie Charlotte Tommy Harry Millie Matilda Isaac Albie Maya Sofia Emilia Joshua Mohammed Harper Lucas Thomas Mia William Adam Max Ethan James Teddy Aria Finley Roman Rory Eliza Ada Penelope Arlo Jude Elijah Edward Benjamin Maisie Alexander Joseph Reuben Zara Hallie Violet Louie Mason Harrison Bonnie Rosa Hunter Ezra Nancy Thea Elena Delilah Ibrahim Toby Jaxon Chloe Layla Aurora Robyn Erin Lola Zoe Kai Yusuf Ayaan Musa Zayn Amina Fatima Hannah Sarah Layan Aisha Priya Anaya Diya Kiran Arjun Rohan Zofia Łucja Jakub Kacper Oskar Maja Zuzanna Ioana Andrei Matei Chidi Adaeze Kwame Esi Tomos Carys Rhys Ffion'.split(
    ' ',
  );
const lastNames =
  'Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Khan Ahmed Hussain Ali Begum Singh Kaur Lewis Harris Clark Cooper King Baker Turner Hill Edwards Morris Moore Ward Watson Harrison Morgan Young Allen Mitchell James Anderson Phillips Lee Bell Parker Davis Bennett Miller Cook Shaw Cox Richardson Marshall Collins Carter Bailey Gray Murphy Simpson Ellis Adams Foster Hughes Kelly Mason Rogers Knight Hunt Palmer Stevens Butler Fisher Barnes Gibson Reynolds Lloyd Matthews Mills Murray Webb Ford Barker Powell Dixon Pearson Holmes Russell Graham Fletcher Hamilton Grant Stewart Owen Chapman Brooks Day West Dean Fox Burton Lawrence Saunders Iqbal Mahmood Hassan Malik Akhtar Rahman Islam Chowdhury Miah Uddin Shah Sharma Desai Nowak Kowalska Wiśniewski Wójcik Popescu Ionescu Mensah Owusu Okafor Adeyemi Nguyen Chen Wang Li Silva Santos Pereira Costa Rossi Murphy O’Brien O’Connor Byrne Walsh Griffiths Pritchard Thomas-Hughes Ap-Rhys Fitzgerald Montgomery Featherstone Hollingsworth Ramsbottom Winterbourne'.split(
    ' ',
  );
