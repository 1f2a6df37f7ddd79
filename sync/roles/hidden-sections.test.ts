import { expect, test } from 'vitest';
import { isItems, type Fields } from '../forms/define.ts';
import { request } from '../forms/request/index.ts';
import {
  addressOf,
  type DeviceId,
  type Holder,
  type ItemId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '../model/ids.ts';
import { emptyDocumentState, type DocumentState } from '../model/state.ts';
import type { RoleName } from './index.ts';
import { maySection, wishesIn, type DocumentFacts } from './may.ts';

const mother = 'mother' as PersonId;
const contact = 'c'.repeat(16) as ItemId;
const draft: DocumentFacts = { kind: 'request', stage: 'draft', whose: 'shared-edit' };
const address = 'child-address' as SectionKey;
const ofContact = `contact-private~${contact}` as SectionKey;

function written(
  ...answers: readonly (readonly [holder: string, field: string, value: string, by: PersonId])[]
): DocumentState {
  const state = emptyDocumentState();
  state.items.set(contact, {
    id: contact,
    section: 'contacts' as SectionKey,
    holder: 'contacts' as Holder,
    list: 'contacts',
    order: 'a0',
    ver: 1,
    otherVer: 0,
    device: 'd' as DeviceId,
    person: mother,
  });
  for (const [holder, field, value, person] of answers) {
    const key = addressOf(holder as Holder, field);
    const before = state.fields.get(key);
    const side = { device: person as string as DeviceId, person, pen: 'p' as PenId, n: 1, value, stamp: 1, ver: 1 };
    state.fields.set(key, {
      section: holder as SectionKey,
      value: before === undefined ? value : before.base,
      base: null,
      sides: [...(before?.sides ?? []), side],
    });
  }
  return state;
}
const rights = (state: DocumentState | undefined, section: SectionKey, role: RoleName, person: string, facts = draft) =>
  maySection(
    { person: person as PersonId, roles: [role] },
    facts,
    request,
    section,
    state === undefined ? {} : { state },
  );

test('an address that nobody keeps private is read and written like the rest of the draft', () => {
  for (const role of ['parent', 'senco', 'professional', 'advocate', 'young-person'] as const) {
    expect(rights(written(), address, role, 'other')).toEqual(['see', 'write']);
    expect(rights(written(['child-address', 'address_private', 'no', mother]), address, role, 'other')).toEqual([
      'see',
      'write',
    ]);
  }
});

test('an address that was marked private is hidden from the rest of the family, also in a draft of their own', () => {
  const state = written(['child-address', 'address_private', 'yes', mother]);
  expect(rights(state, address, 'parent', mother)).toEqual(['see', 'write']);
  for (const role of ['parent', 'young-person', 'advocate'] as const) {
    for (const whose of ['started', 'shared-edit', 'shared-view'] as const) {
      for (const stage of ['draft', 'received'])
        expect(rights(state, address, role, 'other', { kind: 'request', stage, whose })).toEqual([]);
    }
  }
});

test('a school with whom the draft is written sees it, and the authority; an adviser only in a request of their own', () => {
  const state = written(['child-address', 'address_private', 'yes', mother]);
  for (const role of ['senco', 'setting-staff'] as const) {
    expect(rights(state, address, role, 'other')).toEqual(['see', 'write']);
    expect(rights(state, address, role, 'other', { ...draft, whose: 'started' })).toEqual(['see', 'write']);
    expect(rights(state, address, role, 'other', { ...draft, whose: 'other' })).toEqual([]);
  }
  for (const role of ['professional', 'team-manager'] as const) {
    for (const whose of ['shared-edit', 'shared-view'] as const)
      expect(rights(state, address, role, 'other', { ...draft, whose })).toEqual([]);
    expect(rights(state, address, role, 'other', { ...draft, whose: 'started' })).toEqual(['see', 'write']);
  }
  expect(
    rights(state, address, 'co-ordinator', 'other', { kind: 'request', stage: 'received', whose: 'other' }),
  ).toEqual(['see']);
});

test('a contact who keeps an address private hides it, and the child’s own where the child lives there', () => {
  const away = written([contact, 'keep_address_private', 'yes', mother]);
  expect(rights(away, ofContact, 'parent', 'father')).toEqual([]);
  expect(rights(away, ofContact, 'parent', mother)).toEqual(['see', 'write']);
  expect(rights(away, address, 'parent', 'father')).toEqual(['see', 'write']);
  const together = written([contact, 'keep_address_private', 'yes', mother], [contact, 'lives_with', 'yes', mother]);
  expect(rights(together, address, 'parent', 'father')).toEqual([]);
  expect(rights(together, address, 'parent', mother)).toEqual(['see', 'write']);
});

test('what one wrote alone stays one’s own to read, and to read only, whoever wishes it private', () => {
  const own = ['child-address', 'main_phone', 'w', 'father' as PersonId] as const;
  const wish = ['child-address', 'address_private', 'yes', mother] as const;
  const contactWish = [
    [contact, 'keep_address_private', 'yes', mother],
    [contact, 'lives_with', 'yes', mother],
  ] as const;
  expect(rights(written(own, wish), address, 'parent', 'father')).toEqual(['see']);
  expect(rights(written(own, ...contactWish), address, 'parent', 'father')).toEqual(['see']);
  // Whoever wrote none of it, or not all of it, sees none of it: also what two people wrote without seeing each other.
  expect(rights(written(own, wish), address, 'parent', 'brother')).toEqual([]);
  expect(rights(written(wish), address, 'parent', 'father')).toEqual([]);
  const beside = ['child-address', 'email', 'w', mother] as const;
  expect(rights(written(own, beside, wish), address, 'parent', 'father')).toEqual([]);
  const atOnce = ['child-address', 'main_phone', 'w2', mother] as const;
  expect(rights(written(own, atOnce, wish), address, 'parent', 'father')).toEqual([]);
});

test('a section that can be hidden holds plain answers alone, whose every author is known', () => {
  const kept = new Set(Object.entries(request.sections).flatMap(([key, one]) => ('hiddenFrom' in one ? [key] : [])));
  const types = new Set<string>();
  const visit = (fields: Fields, section: string): void => {
    for (const field of Object.values(fields)) {
      if (kept.has(field.section ?? section)) types.add(field.type);
      if (isItems(field)) visit(field.fields, field.section ?? section);
    }
  };
  for (const [key, { fields }] of Object.entries(request.sections)) visit(fields, key);
  expect([...types].sort()).toEqual(['address', 'email', 'phone', 'yes-no']);
});

test('whoever removes a contact does not thereby come to see where that contact lives', () => {
  const state = written([contact, 'keep_address_private', 'yes', mother], [contact, 'lives_with', 'yes', mother]);
  const item = state.items.get(contact);
  if (item === undefined) throw new Error('The contact is in the state.');
  state.items.set(contact, { ...item, gone: { ver: 9, device: 'f' as DeviceId, person: 'father' as PersonId } });
  expect(rights(state, address, 'parent', 'father')).toEqual([]);
  expect(rights(state, ofContact, 'parent', 'father')).toEqual([]);
});

test('while two people disagree whether an address is private, it is', () => {
  const state = written(
    ['child-address', 'address_private', 'yes', mother],
    ['child-address', 'address_private', 'no', 'father' as PersonId],
  );
  expect(rights(state, address, 'parent', 'father')).toEqual([]);
  expect(rights(state, address, 'parent', mother)).toEqual(['see', 'write']);
});

test('where nothing is known of the words, what could be private is; a draft that never left its device is one’s own', () => {
  expect(rights(undefined, address, 'parent', mother)).toEqual([]);
  expect(rights(undefined, 'child' as SectionKey, 'parent', mother)).toEqual(['see', 'write']);
  expect(maySection({ person: mother, roles: ['parent'] }, draft, request, address, { wroteIt: true })).toEqual([
    'see',
    'write',
  ]);
  expect(wishesIn(request)).toEqual(['req_address_private', 'address_private', 'keep_address_private', 'lives_with']);
});

test('nobody outside the authority learns that officers’ fields and tags exist', () => {
  const roles = [
    'parent',
    'young-person',
    'advocate',
    'senco',
    'setting-staff',
    'professional',
    'team-manager',
  ] as const;
  for (const role of roles) expect(rights(written(), 'child-officer' as SectionKey, role, 'other')).toEqual([]);
  expect(rights(written(), 'child-officer' as SectionKey, 'co-ordinator', 'other')).toEqual(['see', 'write']);
  expect(rights(written(), 'child-setting' as SectionKey, 'parent', 'other')).toEqual([]);
  expect(rights(written(), 'child-setting' as SectionKey, 'senco', 'other')).toEqual(['see', 'write']);
});

test('family and setting each write their own boxes and read the other’s', () => {
  const boxes = (role: RoleName) =>
    (['important-family', 'important-setting'] as SectionKey[]).map((key) =>
      rights(written(), key, role, 'other').includes('write'),
    );
  expect(boxes('parent')).toEqual([true, false]);
  expect(boxes('advocate')).toEqual([true, false]);
  expect(boxes('senco')).toEqual([false, true]);
  expect(boxes('professional')).toEqual([false, false]);
  expect(rights(written(), 'important-family' as SectionKey, 'senco', 'other')).toEqual(['see']);
});
