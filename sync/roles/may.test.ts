import { expect, test } from 'vitest';
import type { PersonId, SectionKey } from '../model/ids.ts';
import { defineForm } from '../forms/define.ts';
import { roles, type RoleName } from './index.ts';
import { mayDocument, maySection, mayStart, type DocumentFacts } from './may.ts';
import type { Whose } from './role.ts';
import { verbs, type Verb } from './verbs.ts';

const form = defineForm({
  kind: 'request',
  title: '',
  version: 1,
  sections: {
    open: { title: '', fields: {} },
    family: { title: '', writtenBy: ['family'], fields: {} },
    officers: { title: '', seenBy: ['authority'], writtenBy: ['authority'], fields: {} },
  },
});
const viewer = (...names: RoleName[]) => ({ person: 'p' as PersonId, roles: names });
const facts = (whose: Whose, stage: string): DocumentFacts => ({ kind: 'request', stage, whose });
const everyone = roles.map((role) => role.name);

test('a draft is seen by nobody but its starter and whom the starter shared it with, whatever their role', () => {
  for (const role of everyone) expect(mayDocument(viewer(role), facts('other', 'draft'))).toEqual([]);
  expect(mayDocument(viewer(...everyone), facts('other', 'draft'))).toEqual([]);
});

test('only the starter may submit, share or delete', () => {
  for (const role of everyone) {
    for (const whose of ['shared-edit', 'shared-view', 'other'] as const) {
      for (const stage of ['draft', 'received', 'deleted']) {
        const may = mayDocument(viewer(role), facts(whose, stage));
        expect(may.filter((verb) => ['submit', 'share', 'unshare', 'delete'].includes(verb))).toEqual([]);
      }
    }
  }
});

test('nobody writes in what was submitted or deleted', () => {
  let cells = 0;
  for (const role of everyone) {
    for (const whose of ['started', 'shared-edit', 'shared-view', 'other'] as const) {
      for (const stage of ['received', 'deleted', 'anything-else']) {
        expect(mayDocument(viewer(role), facts(whose, stage))).not.toContain('write');
        cells += 1;
      }
    }
  }
  expect(cells).toBe(everyone.length * 12);
});

test('a received request is read by its sender and the authority’s case staff alone', () => {
  const readers = everyone.filter((role) => mayDocument(viewer(role), facts('other', 'received')).includes('see'));
  expect(readers).toEqual(['co-ordinator', 'authority-manager']);
});

/** Families know besides who has opened what is theirs. */
const ofFamily = (role: RoleName, ...may: Verb[]): Verb[] =>
  ['parent', 'young-person', 'advocate'].includes(role) ? [...may, 'see-openings'] : may;

test('whoever had the draft goes on reading the request when it came, and only who sent it can take it from them', () => {
  for (const whose of ['shared-edit', 'shared-view'] as const) {
    expect(mayDocument(viewer('co-ordinator'), facts(whose, 'received'))).toEqual(['see', 'download']);
    for (const role of everyone.filter((one) => one !== 'administrator'))
      expect(mayDocument(viewer(role), facts(whose, 'received'))).toEqual(ofFamily(role, 'see', 'download'));
    expect(mayDocument(viewer('senco'), facts(whose, 'deleted'))).toEqual([]);
  }
});

test('the administrator sees no case content and starts nothing', () => {
  for (const whose of ['started', 'shared-edit', 'shared-view', 'other'] as const) {
    for (const stage of ['draft', 'received'])
      expect(mayDocument(viewer('administrator'), facts(whose, stage))).toEqual([]);
  }
  expect(mayStart(['administrator'], 'request')).toBe(false);
  expect(mayStart(['parent'], 'request')).toBe(true);
  expect(mayStart([], 'request')).toBe(false);
});

test('each side writes its own boxes and reads the other’s; officers’ fields are theirs alone', () => {
  const draft = facts('started', 'draft');
  expect(maySection(viewer('parent'), draft, form, 'family' as SectionKey)).toEqual(['see', 'write']);
  expect(maySection(viewer('senco'), draft, form, 'family' as SectionKey)).toEqual(['see']);
  expect(maySection(viewer('senco'), draft, form, 'officers' as SectionKey)).toEqual([]);
  expect(maySection(viewer('co-ordinator'), facts('other', 'received'), form, 'officers' as SectionKey)).toEqual([
    'see',
  ]);
  expect(maySection(viewer('senco', 'parent'), draft, form, 'family' as SectionKey)).toEqual(['see', 'write']);
  expect(maySection(viewer('senco'), draft, form, 'nowhere' as SectionKey)).toEqual([]);
});

test('an unknown role gives nothing', () => {
  expect(mayDocument({ person: 'p' as PersonId, roles: ['nobody' as RoleName] }, facts('started', 'draft'))).toEqual(
    [],
  );
  expect(verbs.length).toBeGreaterThan(0);
});

test('everyone who may ask for an assessment can start, send, share and delete their own request', () => {
  const asking: RoleName[] = [
    'parent',
    'young-person',
    'advocate',
    'senco',
    'setting-staff',
    'professional',
    'team-manager',
    'co-ordinator',
    'authority-manager',
  ];
  for (const role of asking) {
    expect(mayStart([role], 'request')).toBe(true);
    expect(mayDocument(viewer(role), facts('started', 'draft'))).toEqual(
      ofFamily(role, 'see', 'write', 'submit', 'share', 'unshare', 'delete', 'download', 'upload'),
    );
    expect(mayDocument(viewer(role), facts('shared-edit', 'draft'))).toEqual(
      ofFamily(role, 'see', 'write', 'download', 'upload'),
    );
    expect(mayDocument(viewer(role), facts('shared-view', 'draft'))).toEqual(ofFamily(role, 'see', 'download'));
    expect(mayDocument(viewer(role), facts('started', 'received'))).toEqual(
      ofFamily(role, 'see', 'unshare', 'download'),
    );
  }
  expect([...asking, 'administrator'].sort()).toEqual([...everyone].sort());
});
