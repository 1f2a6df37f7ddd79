import { afterEach, expect, test } from 'vitest';
import type { Session, SessionState } from '#lib/device/hub.ts';
import { watched } from '#lib/device/watched.ts';
import { isPageHeld } from '#lib/screen/page-holds.ts';
import type { DocumentId, PersonId } from '#sync/model/ids.ts';
import { chosenFiles } from './chosen-files.svelte.ts';

const [draft, other] = ['draft', 'other'] as DocumentId[] as [DocumentId, DocumentId];
const open = (id: string): SessionState => ({
  is: 'open',
  person: { id: id as PersonId, name: id, roles: [] },
  authority: { id: 'authority', name: 'Authority' },
  line: 'signed-in',
  offlineUntil: 0,
});
const report = {
  key: 0,
  file: new File(['words'], 'report.pdf'),
  category: 'letter',
  datedOn: '?-5-',
  errors: {},
  isBusy: false,
};

const leaves: (() => void)[] = [];
afterEach(() => leaves.splice(0).forEach((leave) => leave()));

/** A page on which somebody has chosen a file for a draft. */
function pageWithFile() {
  const state = watched<SessionState>(open('priya'));
  // Its state is all that is asked of a session here.
  const hub = { session: { state } as Partial<Session> as Session };
  leaves.push(() => state.set({ is: 'signed-out' }));
  chosenFiles(hub, draft, 'documents').list.push(report);
  return { state, at: (doc: DocumentId, field = 'documents') => chosenFiles(hub, doc, field).list };
}

test('after a lock, whoever chose files finds them again in the same field of the same draft, and until then the page is held', () => {
  const { state, at } = pageWithFile();
  state.set({ is: 'locked', by: 'idle' });
  expect(isPageHeld()).toBe(true);
  state.set(open('priya'));
  expect(at(draft)).toEqual([report]);
  expect(at(draft, 'letters')).toEqual([]);
  at(draft).pop();
  expect(isPageHeld()).toBe(false);
});

test('files that were chosen are dropped when somebody else signs in', () => {
  const { state, at } = pageWithFile();
  state.set({ is: 'locked', by: 'hand' });
  state.set({ is: 'code' });
  expect(isPageHeld()).toBe(true);
  state.set(open('tom'));
  expect(isPageHeld()).toBe(false);
  expect(at(draft)).toEqual([]);
  state.set(open('priya'));
  expect(at(draft)).toEqual([]);
});

test('files that were chosen are dropped on signing out, and when files are chosen for another draft', () => {
  const first = pageWithFile();
  first.state.set({ is: 'signed-out' });
  expect(isPageHeld()).toBe(false);
  first.state.set(open('priya'));
  expect(first.at(draft)).toEqual([]);

  const second = pageWithFile();
  expect(second.at(other)).toEqual([]);
  expect(isPageHeld()).toBe(false);
  expect(second.at(draft)).toEqual([]);
});
