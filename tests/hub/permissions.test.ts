/**
 * Every role × whose × stage × section × verb, over the roads that a device has: pushing, pulling, and asking for the
 * history and for who opened it. What must come out is said here once more, by hand and from the rules, not from the table it judges.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from '#sync/forms/request/index.ts';
import { declaredKey, type DocumentId, type Holder } from '#sync/model/ids.ts';
import type { WireEdit } from '#sync/protocol/push.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { historyOf } from '#server/services/history.ts';
import { openingsOf } from '#server/services/openings.ts';
import { readerOf } from '#server/services/viewer.ts';
import { edit, newId, newPen, openTestHub, run, TestDevice, typed, type TestHub } from './sync-hub.ts';

type Side = 'family' | 'setting' | 'adviser' | 'authority' | 'nobody';
const sideOf: Record<RoleName, Side> = {
  parent: 'family',
  'young-person': 'family',
  advocate: 'family',
  senco: 'setting',
  'setting-staff': 'setting',
  professional: 'adviser',
  'team-manager': 'adviser',
  'co-ordinator': 'authority',
  'authority-manager': 'authority',
  administrator: 'nobody',
};
const roles = Object.keys(sideOf) as RoleName[];
const whoses = ['started', 'shared-edit', 'shared-view', 'other'] as const;
const stages = ['draft', 'received', 'deleted'] as const;
type Whose = (typeof whoses)[number];
type Stage = (typeof stages)[number];

/** Roles and confidentiality, 3.2 and 3.3: nobody else's draft is there; a request that came is its sender's, theirs with whom it was shared, and the authority's. */
function maySeeAny(side: Side, whose: Whose, stage: Stage): boolean {
  if (side === 'nobody') return false;
  // Whoever deleted it finds it in a bin of their own; to everyone else it is gone.
  if (stage === 'deleted') return whose === 'started';
  if (stage === 'draft') return whose !== 'other';
  // Whom it was shared with goes on seeing what they saw, until it is taken from them.
  return whose !== 'other' || side === 'authority';
}
/** Officers' fields and tags are the authority's; what a setting notes is the setting's and the authority's. */
function oracleSees(side: Side, whose: Whose, stage: Stage, section: string): boolean {
  if (!maySeeAny(side, whose, stage)) return false;
  if (section === 'child-officer') return side === 'authority';
  if (['child-setting', 'current-unit', 'previous-unit'].includes(section))
    return side === 'setting' || side === 'authority';
  return true;
}
/** C4: each side writes its own boxes alone; nobody writes in what was sent or in what they were only shown. */
function oracleWrites(side: Side, whose: Whose, stage: Stage, section: string): boolean {
  if (stage !== 'draft' || whose === 'shared-view' || !oracleSees(side, whose, stage, section)) return false;
  if (section === 'important-family') return side === 'family';
  if (section === 'important-setting') return side === 'setting';
  if (section === 'child-photo') return side === 'family' || side === 'authority';
  return true;
}

/** Families know who opened what is theirs or was shared with them; nobody else does, and nobody of what was deleted. */
const oracleSeesOpenings = (side: Side, whose: Whose, stage: Stage): boolean =>
  side === 'family' && stage !== 'deleted' && whose !== 'other';

/** One question a section: a holder, a field and a value for it. Sections without one that can be typed are only looked at. */
const entries = {
  contacts: newId<string>(),
  'current-settings': newId<string>(),
  'previous-settings': newId<string>(),
};
const lists = { contacts: 'contacts', 'current-settings': 'settings', 'previous-settings': 'previous' } as const;
const questions: Readonly<Record<string, readonly [holder: string, field: string, value: string | string[] | null]>> = {
  consent: ['consent', 'consent_by', 'w-consent'],
  requester: ['requester', 'req_name', 'w-requester'],
  'requester-address': ['requester-address', 'req_address', null],
  child: ['child', 'middle_names', 'w-child'],
  'child-address': ['child-address', 'main_phone', 'w-child-address'],
  'child-setting': ['child-setting', 'setting_tags', []],
  'child-officer': ['child-officer', 'internal_ref', 'w-child-officer'],
  contacts: [entries.contacts, 'full_name', 'w-contacts'],
  'contact-private': [entries.contacts, 'telephone', 'w-contact-private'],
  'current-settings': [entries['current-settings'], 'outside_name', 'w-current-settings'],
  'current-unit': [entries['current-settings'], 'in_unit', null],
  'previous-settings': [entries['previous-settings'], 'outside_name', 'w-previous-settings'],
  'previous-unit': [entries['previous-settings'], 'in_unit', null],
  'important-family': ['important-family', 'sen', 'w-important-family'],
  'important-setting': ['important-setting', 'health', 'w-important-setting'],
  views: ['views', 'working', 'w-views'],
  'views-parent': ['views-parent', 'not_working', 'w-views-parent'],
  'needs-communication': ['needs-communication', 'needs', 'w-needs-communication'],
  'needs-cognition': ['needs-cognition', 'needs', 'w-needs-cognition'],
  'needs-semh': ['needs-semh', 'needs', 'w-needs-semh'],
  'needs-sensory': ['needs-sensory', 'needs', 'w-needs-sensory'],
};
const isText = (section: string) => /^(important-|views|needs-)/.test(section);
const sections = Object.keys(request.sections);

let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub(request);
});
afterAll(() => hub.close());

/** The same edits whoever writes them, one a section, in one run. */
function edits(pen: ReturnType<typeof newPen>, first = 1): { section: string; edit: WireEdit }[] {
  return Object.entries(questions).map(([section, [holder, field, value]], at) => ({
    section,
    edit: isText(section)
      ? edit(first + at, 'text', holder, field, typed(pen, String(value)))
      : edit(first + at, 'set', holder, field, value),
  }));
}

/** A document with an answer in every section, by people who together play every part. */
async function filled(subject: TestDevice, whose: Whose, stage: Stage): Promise<DocumentId> {
  const someone = await (await hub.person('senco')).device();
  const owner = whose === 'started' ? subject : someone;
  const doc = await owner.start();
  const other = await (await hub.person('parent')).device();
  await owner.command('share', doc, { email: await other.email(), access: 'edit' });
  const everyPart = new TestDevice(hub, { ...other.session, roles: ['parent', 'senco', 'co-ordinator'] });
  const pen = newPen();
  const added = Object.entries(lists).map(([section, list], at) =>
    edit(at + 1, 'add', section, list, { item: entries[section as keyof typeof entries], order: 'a0' }),
  );
  const verdicts = await everyPart.write(
    run(doc, pen, [...added, ...edits(pen, added.length + 1).map((one) => one.edit)]),
  );
  expect(verdicts.filter(([, , is]) => is !== 'applied')).toEqual([]);
  if (whose === 'shared-edit' || whose === 'shared-view')
    await owner.command('share', doc, {
      email: await subject.email(),
      access: whose === 'shared-edit' ? 'edit' : 'view',
    });
  hub.clock.now += 1000;
  if (stage !== 'draft')
    await hub.sync.storage.write((tx) =>
      tx.updateTable('document').set({ stage, submitted_at: hub.clock.now }).where('id', '=', doc).execute(),
    );
  return doc;
}

/** What each road gives this person of each section, cell by cell, and where it is not what the rules say. */
async function judge(role: RoleName, whose: Whose, stage: Stage): Promise<{ cells: number; wrong: string[] }> {
  const side = sideOf[role];
  const subject = await (await hub.person(role)).device();
  const doc = await filled(subject, whose, stage);
  const pulled = await subject.pullAll([doc]);
  const seen = new Set(pulled.flatMap((one) => ('section' in one ? [declaredKey(one.section)] : [])));
  const written = new Set(
    pulled.flatMap((one) => (one.t === 'section' && one.may.includes('write') ? [declaredKey(one.section)] : [])),
  );
  const words = JSON.stringify(pulled);
  const pen = newPen();
  const asked = edits(pen);
  const verdicts = await subject.write(
    run(
      doc,
      pen,
      asked.map((one) => one.edit),
    ),
  );
  const took = new Map(asked.map(({ section }, at) => [section, verdicts[at]]));

  const wrong: string[] = [];
  let cells = 0;
  const cell = (road: string, section: string, is: boolean, must: boolean) => {
    cells += 1;
    if (is !== must) wrong.push(`${role} ${whose} ${stage} ${section} ${road}: ${String(is)}`);
  };
  const reader = readerOf(subject.session, subject.session.deviceId!);
  cell('openings', '', (await openingsOf(hub.sync, reader, doc)) !== undefined, oracleSeesOpenings(side, whose, stage));
  for (const section of sections) {
    const [sees, writes] = [oracleSees(side, whose, stage, section), oracleWrites(side, whose, stage, section)];
    cell('pull, see', section, seen.has(section), sees);
    cell('pull, write', section, written.has(section), writes);
    const question = questions[section];
    if (question === undefined) continue;
    const [holder, field, value] = question;
    if (typeof value === 'string') cell('words', section, words.includes(`"${value}"`), sees);
    const [, , is = '', ver = 0, reason] = took.get(section) ?? [];
    cell('push', section, ['applied', 'merged', 'conflict'].includes(is), writes);
    if (!writes) cell('push tells no count', section, ver === 0, true);
    if (!maySeeAny(side, whose, stage) && whose === 'other')
      cell('push, not there', section, reason === 'not-found', true);
    const history = await historyOf(hub.sync, reader, doc, holder as Holder, field);
    cell('history', section, history !== undefined, writes);
  }
  return { cells, wrong };
}

test(
  'every role gets of every section, over every road, what the rules say and nothing more',
  { timeout: 240_000 },
  async () => {
    let cells = 0;
    const wrong: string[] = [];
    for (const role of roles) {
      for (const whose of whoses) {
        for (const stage of stages) {
          // An administrator starts nothing: that is said beside the roles.
          if (role === 'administrator' && whose === 'started') continue;
          const judged = await judge(role, whose, stage);
          cells += judged.cells;
          wrong.push(...judged.wrong);
        }
      }
    }
    console.log(`${String(cells)} cells of permissions judged over push, pull and history`);
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(14_000);
  },
);
