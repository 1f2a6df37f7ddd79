import { expect, test } from 'vitest';
import { emptyDocumentState, type DocumentState } from '../model/state.ts';
import { addressOf, type DeviceId, type Holder, type ItemId, type PersonId, type SectionKey } from '../model/ids.ts';
import type { Json } from '../model/edit.ts';
import { answersIn, answerTo, isAsked } from './answers.ts';
import { defineForm } from './define.ts';
import { request } from './request/index.ts';
import { openConflictsOf, problemsOf, sectionProgress } from './validate.ts';

const today = '2026-11-22';
const key = (section: string) => section as SectionKey;

/** A document with these answers in it: `holder.field`, and texts as their words. */
function written(values: Record<string, Json>, texts: Record<string, string> = {}): DocumentState {
  const state = emptyDocumentState();
  const place = (name: string) => name.split('.', 2) as [Holder, string];
  for (const [name, value] of Object.entries(values)) {
    const [holder, field] = place(name);
    state.fields.set(addressOf(holder, field), { section: holder as SectionKey, value, base: null, sides: [] });
  }
  for (const [name, words] of Object.entries(texts)) {
    const [holder, field] = place(name);
    state.texts.set(addressOf(holder, field), {
      section: holder as SectionKey,
      state: new Uint8Array(),
      tree: [{ type: 'bullets', items: [[{ type: 'paragraph', runs: [{ text: words }] }]] }],
      ver: 1,
      device: undefined,
      person: undefined,
      otherVer: 0,
    });
  }
  return state;
}
const withItem = (state: DocumentState, id: string, holder: string, list: string, gone = false): DocumentState => {
  const by = { device: 'd' as DeviceId, person: 'p' as PersonId, ver: 1, otherVer: 0 };
  state.items.set(id as ItemId, {
    id: id as ItemId,
    section: key(holder),
    holder: holder as Holder,
    list,
    order: 'a0',
    ...by,
    ...(gone && { gone: by }),
  });
  return state;
};
const missing = (state: DocumentState) =>
  problemsOf(request, answersIn(state), today).map(({ holder, field }) => `${holder}.${field}`);

const least = {
  'consent.consent_given': 'yes',
  'requester.by_young_person': 'no',
  'requester.req_name': 'Priya',
  'requester.req_relationship': 'SENCO',
  'requester.req_email': 'priya@example.org',
  'requester.req_phone': '01632 960001',
  'child.first_name': 'Dylan',
  'child.last_name': 'Penhallow',
  'child.dob': '2016-11-23',
  'child.gender': 'male',
};

test('an empty request lacks only what is asked of everybody', () => {
  expect(missing(emptyDocumentState())).toEqual([
    'consent.consent_given',
    'requester.by_young_person',
    'child.first_name',
    'child.last_name',
    'child.dob',
    'child.gender',
  ]);
  expect(missing(written(least))).toEqual([]);
});

test('a young person who asks for themselves is asked for no name and no relationship, only how to reach them', () => {
  const {
    'requester.req_name': _name,
    'requester.req_relationship': _relationship,
    'requester.req_email': _email,
    ...rest
  } = least;
  expect(missing(written({ ...rest, 'requester.by_young_person': 'yes' }))).toEqual(['requester.req_email']);
  expect(missing(written({ ...rest }))).toEqual([
    'requester.req_name',
    'requester.req_relationship',
    'requester.req_email',
  ]);
});

test('an area of need is asked about only when it is one, and then in full', () => {
  expect(missing(written({ ...least, 'needs-semh.is_need': 'no' }))).toEqual([]);
  const some = written(
    { ...least, 'needs-semh.is_need': 'yes' },
    { 'needs-semh.strengths': 'Kind', 'needs-semh.needs': '   ' },
  );
  expect(missing(some)).toEqual(['needs-semh.needs', 'needs-semh.done_so_far']);
});

test('what stands wrong in an item is found, in its own section, and not after the item was removed', () => {
  const id = 'c'.repeat(16);
  const state = withItem(written({ ...least, [`${id}.telephone`]: 'later' }), id, 'contacts', 'contacts');
  expect(problemsOf(request, answersIn(state), today)).toMatchObject([
    { section: `contact-private~${id}`, holder: id, field: 'telephone', level: 'error' },
  ]);
  expect(problemsOf(request, answersIn(state), today, (section) => !section.startsWith('contact-private'))).toEqual([]);
  expect(missing(withItem(state, id, 'contacts', 'contacts', true))).toEqual([]);
});

test('a hidden answer is neither required nor wrong', () => {
  const id = 's'.repeat(16);
  const state = withItem(
    written({ ...least, 'previous-settings.had_previous': 'no', [`${id}.start_on`]: '?x', [`${id}.by`]: 'setting' }),
    id,
    'previous-settings',
    'previous',
  );
  expect(missing(state)).toEqual([]);
});

test('a warning is said and stops nothing', () => {
  const problems = problemsOf(
    request,
    answersIn(written({ ...least, 'child.upn': 'A801200005001', 'child.dob': '1990-01-01' })),
    today,
  );
  expect(problems.map(({ level }) => level)).toEqual(['warning', 'warning']);
});

test('an open conflict is found even where the question is not asked any more', () => {
  const state = written({ ...least, 'consent.consent_given': 'no-but-know' });
  state.fields.set(addressOf(key('consent'), 'consent_on'), {
    section: key('consent'),
    value: null,
    base: null,
    sides: [],
    conflict: 'pen.1',
  });
  expect(openConflictsOf(request, answersIn(state))).toEqual([
    { section: 'consent', holder: 'consent', field: 'consent_on', conflict: 'pen.1' },
  ]);
  expect(openConflictsOf(request, answersIn(state), () => false)).toEqual([]);
});

test('the written language is the spoken one until another is chosen', () => {
  const field = request.sections.child.fields.lang_written;
  const read = (state: DocumentState) => answerTo(answersIn(state), key('child'), 'lang_written', field);
  expect(read(written({}))).toBeNull();
  expect(read(written({ 'child.lang_spoken': 'POL' }))).toBe('POL');
  expect(read(written({ 'child.lang_spoken': 'POL', 'child.lang_written': 'ENG' }))).toBe('ENG');
  expect(answerTo(answersIn(written({})), key('child'), 'year_offset', request.sections.child.fields.year_offset)).toBe(
    0,
  );
});

test('conditions read neighbours, other sections and each tick of a list', () => {
  const answers = answersIn(written({ 'a.ticks': ['x', 'y'], 'b.answer': 'yes' }));
  expect(
    isAsked(answers, key('a'), [
      { field: 'ticks', is: ['y'] },
      { field: 'b.answer', is: ['yes'] },
    ]),
  ).toBe(true);
  expect(isAsked(answers, key('a'), [{ field: 'ticks', is: ['z'] }])).toBe(false);
  expect(isAsked(answers, key('a'), [{ field: 'never', is: [null, 'no'] }])).toBe(true);
});

test('a section is complete when nothing is missing and every question that opens others is answered', () => {
  const progress = (section: string, state: DocumentState) =>
    sectionProgress(request, answersIn(state), key(section), today);
  expect(progress('child', emptyDocumentState())).toBe('not-started');
  expect(progress('child', written({ 'child.first_name': 'Dylan' }))).toBe('in-progress');
  expect(progress('child', written(least))).toBe('in-progress');
  expect(progress('child', written({ ...least, 'child.interpreter': 'no' }))).toBe('complete');
  expect(progress('child', written({ ...least, 'child.interpreter': 'no', 'child.nhs_number': '1' }))).toBe(
    'in-progress',
  );
  expect(progress('needs', written({ 'needs-semh.is_need': 'no' }))).toBe('in-progress');
  const areas = ['communication', 'cognition', 'semh', 'sensory'].map((area) => [`needs-${area}.is_need`, 'no']);
  expect(progress('needs', written(Object.fromEntries(areas) as Record<string, Json>))).toBe('complete');
  expect(progress('important', written({}, { 'important-family.sen': 'She was born early.' }))).toBe('complete');
  expect(progress('contacts', withItem(emptyDocumentState(), 'c'.repeat(16), 'contacts', 'contacts'))).toBe('complete');
});

test('a section waits for its own open conflicts, and nobody for a section that is not theirs', () => {
  const state = written({ ...least, 'child.interpreter': 'no' });
  state.fields.set(addressOf(key('child-address'), 'address'), {
    section: key('child-address'),
    value: null,
    base: null,
    sides: [],
    conflict: 'pen.1',
  });
  expect(sectionProgress(request, answersIn(state), key('child'), today)).toBe('in-progress');
  expect(
    sectionProgress(request, answersIn(state), key('child'), today, (section) => section !== 'child-address'),
  ).toBe('complete');
});

test('a list in a list is walked as deep as it goes', () => {
  const form = defineForm({
    kind: 'x',
    title: '',
    version: 1,
    sections: {
      s: {
        title: '',
        fields: {
          outer: {
            type: 'items',
            label: '',
            rule: 'items',
            itemName: '',
            maxItems: 9,
            fields: {
              inner: {
                type: 'items',
                label: '',
                rule: 'items',
                itemName: '',
                maxItems: 9,
                fields: { step: { type: 'short-text', label: '', rule: 'latest', requiredToSubmit: 'Enter the step' } },
              },
            },
          },
        },
      },
    },
  });
  const state = withItem(withItem(emptyDocumentState(), 'o', 's', 'outer'), 'i', 'o', 'inner');
  expect(problemsOf(form, answersIn(state), today)).toMatchObject([
    { section: 's', holder: 'i', field: 'step', text: 'Enter the step' },
  ]);
});
