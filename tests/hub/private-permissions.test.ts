/**
 * Every role × whose × stage × who wrote it × whose wish it is, for the sections that somebody can wish private: what a
 * device that holds the words is told, what a new device gets, and what the history gives. What must come out is said
 * here by hand, from the rules (C10 and note 6), not from the table it judges.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '#sync/forms/request/index.ts';
import type { DocumentId, Holder, SectionKey } from '#sync/model/ids.ts';
import type { Change } from '#sync/protocol/changes.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { historyOf } from '#server/services/history.ts';
import { readerOf } from '#server/services/viewer.ts';
import { edit, newId, newPen, openTestHub, run, TestDevice, type TestHub } from './sync-hub.ts';

const families: readonly RoleName[] = ['parent', 'young-person', 'advocate'];
const advisers: readonly RoleName[] = ['professional', 'team-manager'];
const settings: readonly RoleName[] = ['senco', 'setting-staff'];
const whoses = ['started', 'shared-edit', 'shared-view'] as const;
const stages = ['draft', 'received'] as const;
const writers = ['own', 'other', 'both'] as const;
const wishes = ['none', 'own', 'other', 'other, by a contact'] as const;
interface Case {
  readonly role: RoleName;
  readonly whose: (typeof whoses)[number];
  readonly stage: (typeof stages)[number];
  readonly wrote: (typeof writers)[number];
  readonly wish: (typeof wishes)[number];
}

/** Nothing is kept from a setting, or from an adviser in a request of their own. */
const isKeptFrom = ({ role, whose }: Case) =>
  families.includes(role) || (advisers.includes(role) && whose !== 'started');
const isOthersWish = (one: Case) => isKeptFrom(one) && one.wish.startsWith('other');
/** Another's wish hides everything but what this person alone wrote, and that stays as it is. */
const mustSee = (one: Case) => !isOthersWish(one) || one.wrote === 'own';
const mustWrite = (one: Case) => one.stage === 'draft' && one.whose !== 'shared-view' && !isOthersWish(one);

const item = newId<string>();
const sections = {
  'child-address': { holder: 'child-address', wish: 'address_private', fields: ['main_phone', 'email'] },
  [`contact-private~${item}`]: { holder: item, wish: 'keep_address_private', fields: ['telephone', 'email'] },
} as const;
const wordsOf = (section: string, at: number) => `w-${String(at)}-${section.slice(0, 8)}`;

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub(request);
});
afterAll(() => hub.close());

async function judge(one: Case): Promise<{ cells: number; wrong: string[] }> {
  const person = await hub.person(one.role);
  const subject = await person.device();
  const parent = await (await hub.person('parent')).device();
  const other = new TestDevice(hub, { ...parent.session, roles: ['parent', 'senco'] });
  const owner = one.whose === 'started' ? subject : other;
  const guest = one.whose === 'started' ? other : subject;
  const doc = await owner.start();
  await owner.command('share', doc, { email: await guest.email(), access: 'edit' });
  const write = async (device: TestDevice, holder: string, field: string, value: string) => {
    const verdicts = await device.write(
      run(doc, newPen(), [edit(1, 'set', holder, field, value)], await seenBy(device, doc)),
    );
    expect(verdicts.map(([, , is]) => is)).toEqual(['applied']);
  };
  await other.write(run(doc, newPen(), [edit(1, 'add', 'contacts', 'contacts', { item, order: 'a0' })]));
  for (const [section, { holder, fields }] of Object.entries(sections)) {
    await write(one.wrote === 'other' ? other : subject, holder, fields[0], wordsOf(section, 0));
    await write(one.wrote === 'own' ? subject : other, holder, fields[1], wordsOf(section, 1));
  }
  if (one.whose === 'shared-view') {
    await owner.command('unshare', doc, { person: subject.person });
    await owner.command('share', doc, { email: await subject.email(), access: 'view' });
  }
  await subject.pullAll([doc]);

  const wisher = one.wish === 'own' ? subject : other;
  const judged: string[] = [];
  if (one.wish === 'other, by a contact') {
    await write(other, item, 'lives_with', 'yes');
    await write(other, item, 'keep_address_private', 'yes');
    judged.push('child-address');
  } else {
    if (one.wish !== 'none')
      for (const { holder, wish } of Object.values(sections)) await write(wisher, holder, wish, 'yes');
    judged.push(...Object.keys(sections));
  }
  hub.clock.now += 1000;
  if (one.stage !== 'draft')
    await hub.sync.storage.write((tx) =>
      tx.updateTable('document').set({ stage: one.stage, submitted_at: hub.clock.now }).where('id', '=', doc).execute(),
    );

  const told = await subject.pullAll();
  const fresh = await (await person.device()).pullAll([doc]);
  const wrong: string[] = [];
  let cells = 0;
  const cell = (road: string, section: string, is: boolean, must: boolean) => {
    cells += 1;
    if (is !== must) wrong.push(`${Object.values(one).join(', ')}: ${section}, ${road}: ${String(is)}`);
  };
  for (const section of judged) {
    const { holder, fields } = sections[section] ?? { holder: '', fields: [] };
    const [sees, writes] = [mustSee(one), mustWrite(one)];
    const may = mayOf(fresh, section);
    cell('new device, see', section, may?.includes('see') ?? false, sees);
    cell('new device, write', section, may?.includes('write') ?? false, writes);
    for (const at of [0, 1])
      cell('new device, words', section, JSON.stringify(fresh).includes(wordsOf(section, at)), sees);
    if (one.stage === 'draft') {
      const now = mayOf(told, section) ?? ['see', ...(one.whose === 'shared-view' ? [] : ['write'])];
      cell('device that held them, see', section, now.includes('see'), sees);
      cell('device that held them, write', section, now.includes('write'), writes);
    }
    if (!sees) cell('device that held them, words', section, /"w-[01]-/.test(wordsIn(told, section)), false);
    const reader = readerOf(subject.session, subject.session.deviceId!);
    for (const field of fields)
      cell('history', section, (await historyOf(hub.sync, reader, doc, holder as Holder, field)) !== undefined, writes);
  }
  return { cells, wrong };
}

const seenBy = async (device: TestDevice, doc: DocumentId): Promise<Record<string, number>> =>
  Object.fromEntries(
    (await device.pullAll([doc])).flatMap((one) => (one.t === 'section' ? [[one.section, one.ver] as const] : [])),
  );
const mayOf = (changes: readonly Change[], section: string): readonly string[] | undefined =>
  changes.findLast((one): one is Change & { t: 'section' } => one.t === 'section' && one.section === section)?.may;
const wordsIn = (changes: readonly Change[], section: string): string =>
  JSON.stringify(changes.filter((one) => 'section' in one && one.section === (section as SectionKey)));

test(
  'what somebody wishes private is hidden by every road from whom it must be, and what one wrote alone stays one’s own to read',
  { timeout: 240_000 },
  async () => {
    let cells = 0;
    const wrong: string[] = [];
    for (const role of [...families, ...advisers, ...settings])
      for (const whose of whoses)
        for (const stage of stages)
          for (const wrote of writers)
            for (const wish of wishes) {
              // A wish is written, so whoever only reads has none.
              if (wish === 'own' && whose === 'shared-view') continue;
              const judged = await judge({ role, whose, stage, wrote, wish });
              cells += judged.cells;
              wrong.push(...judged.wrong);
            }
    console.log(`${String(cells)} cells of private sections judged over pull, stream of changes and history`);
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(5700);
  },
);
