import { expect, test } from 'vitest';
import { addressOf, type DeviceId, type Holder, type ItemId, type PersonId, type SectionKey } from '../model/ids.ts';
import { emptyDocumentState } from '../model/state.ts';
import { lawForm } from '../fold/law-form.ts';
import { formLoaders } from '../forms/index.ts';
import { outlineOf } from './outline.ts';

const labels = () => new Map<string, string>();
function filled() {
  const state = emptyDocumentState();
  const field = (holder: string, name: string, value: string) =>
    state.fields.set(addressOf(holder as Holder, name), {
      section: 'facts' as SectionKey,
      value,
      base: null,
      sides: [],
    });
  field('facts', 'name', 'Aisha');
  field('facts', 'born', '2015-03-27');
  const item = (id: string, order: string) =>
    state.items.set(id as ItemId, {
      id: id as ItemId,
      section: 'people' as SectionKey,
      holder: 'people' as Holder,
      list: 'people',
      order,
      ver: 1,
      otherVer: 0,
      device: 'd' as DeviceId,
      person: 'p' as PersonId,
    });
  item('2'.repeat(16), 'a1');
  item('1'.repeat(16), 'a2');
  field('2'.repeat(16), 'name', 'Mum');
  field('1'.repeat(16), 'name', 'Dad');
  return state;
}

test('answers are printed under their questions, items in their order', () => {
  const outline = outlineOf(lawForm, filled(), labels);
  expect(outline.sections[0]?.nodes).toEqual([
    { kind: 'answer', label: 'Date of birth', lines: ['27 March 2015'] },
    { kind: 'answer', label: 'Name', lines: ['Aisha'] },
  ]);
  expect(outline.sections[1]?.nodes).toEqual([
    { kind: 'group', title: 'Person 1', nodes: [{ kind: 'answer', label: 'Name', lines: ['Mum'] }] },
    { kind: 'group', title: 'Person 2', nodes: [{ kind: 'answer', label: 'Name', lines: ['Dad'] }] },
  ]);
});

test('a section that the reader may not see leaves no trace', () => {
  const outline = outlineOf(lawForm, filled(), labels, (section) => section !== 'people');
  expect(JSON.stringify(outline)).not.toContain('People');
  expect(JSON.stringify(outline)).not.toContain('Mum');
});

test('an answer to a question that is not asked any more is kept, and not printed', async () => {
  const form = await formLoaders.request?.();
  if (form === undefined) throw new Error('there is a form for requests');
  const state = emptyDocumentState();
  const answer = (name: string, value: string) =>
    state.fields.set(addressOf('views' as Holder, name), {
      section: 'views' as SectionKey,
      value,
      base: null,
      sides: [],
    });
  state.texts.set(addressOf('views' as Holder, 'working'), {
    section: 'views' as SectionKey,
    tree: [{ type: 'paragraph', runs: [{ text: 'The canal boats' }] }],
  } as never);
  answer('child_involved', 'yes');
  expect(JSON.stringify(outlineOf(form, state, labels))).toContain('The canal boats');
  answer('child_involved', 'no');
  expect(JSON.stringify(outlineOf(form, state, labels))).not.toContain('The canal boats');
});

test('an open conflict is printed with both answers', () => {
  const state = filled();
  const side = { device: 'd' as DeviceId, person: 'p' as PersonId, pen: 'p' as never, n: 1, stamp: 1, ver: 1 };
  state.fields.set(addressOf('facts' as Holder, 'name'), {
    section: 'facts' as SectionKey,
    value: null,
    base: null,
    sides: [
      { ...side, value: 'Aisha' },
      { ...side, value: 'Ayesha' },
    ],
    conflict: 'x',
  });
  expect(outlineOf(lawForm, state, labels).sections[0]?.nodes[1]).toEqual({
    kind: 'answer',
    label: 'Name',
    lines: ['Two answers were given:', 'Aisha', 'Ayesha'],
  });
});

test('age and year group are printed as they are on the day of reading, and left out of what is kept', async () => {
  const { request } = await import('../forms/request/index.ts');
  const state = emptyDocumentState();
  state.fields.set(addressOf('child' as Holder, 'dob'), {
    section: 'child' as SectionKey,
    value: '2014-09-01',
    base: null,
    sides: [],
  });
  const read = (today?: string) => JSON.stringify(outlineOf(request, state, labels, () => true, today));
  expect(read('2026-11-22')).toContain('Year 7');
  expect(read('2026-11-22')).toContain('"12"');
  expect(read()).not.toContain('Year 7');
});

test('parts of a section that have writers of their own stand under headings of their own', async () => {
  const { request } = await import('../forms/request/index.ts');
  const state = emptyDocumentState();
  const tree = [{ type: 'paragraph', runs: [{ text: 'Loves trains' }] }] as const;
  state.texts.set(addressOf('important-family' as Holder, 'sen'), {
    section: 'important-family' as SectionKey,
    state: new Uint8Array(),
    tree,
    ver: 1,
    device: undefined,
    person: undefined,
    otherVer: 0,
  });
  const section = outlineOf(request, state, labels).sections.find(({ key }) => key === 'important');
  expect(section?.nodes).toEqual([expect.objectContaining({ kind: 'group', title: 'From the family' })]);
  expect(JSON.stringify(outlineOf(request, state, labels, (key) => key !== 'important-family'))).not.toContain(
    'trains',
  );
});

test('the documents that go with a request are named where they were added', async () => {
  const request = await formLoaders.request?.();
  if (request === undefined) throw new Error('there is no form of a request');
  const files = [
    { name: 'Report.pdf', category: 'report-ep', datedOn: '2026-05-04' },
    { name: 'Form.pdf', category: 'medical' },
  ];
  const outline = outlineOf(
    request,
    emptyDocumentState(),
    labels,
    () => true,
    undefined,
    (section) => (section === 'documents' ? files : []),
  );
  const [node] = outline.sections.find(({ key }) => key === 'documents')?.nodes ?? [];
  expect(node).toMatchObject({
    kind: 'answer',
    lines: [expect.stringMatching(/^Report\.pdf \(.*report-ep.*4 May 2026\)$/), expect.stringMatching(/^Form\.pdf \(/)],
  });
});
