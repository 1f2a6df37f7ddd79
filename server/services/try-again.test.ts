import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FormDefinition } from '#sync/forms/define.ts';
import type { DocumentId, PenId } from '#sync/model/ids.ts';
import type { Change, MineChange } from '#sync/protocol/changes.ts';
import { smallRequest } from '#tests/hub/small-request.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newPen, run, set, typed, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import type { LogLine } from './deps.ts';
import { tryAgainAfterUpdate } from './try-again.ts';

const nextRelease: FormDefinition = {
  ...smallRequest,
  version: 2,
  sections: {
    ...smallRequest.sections,
    child: {
      ...smallRequest.sections.child,
      fields: {
        ...smallRequest.sections.child.fields,
        nickname: { type: 'short-text', label: 'Nickname', rule: 'latest' },
      },
    },
  },
};

let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
let pen: PenId;
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  await Promise.all([senco.pullAll([doc]), parent.pullAll([doc])]);
  pen = newPen();
});
afterEach(() => hub.close());

const lines: LogLine[] = [];
async function update(release = nextRelease): Promise<void> {
  await hub.restart(release);
  await tryAgainAfterUpdate(hub.sync, (line) => void lines.push(line));
  expect(lines).toEqual([]);
}
const newer = () => ({
  ...run(doc, pen, [
    set(1, 'nickname', 'Bobbin'),
    edit(2, 'text', 'views', 'working', typed(pen, 'going well')),
    set(3, 'dob', 'not a date'),
  ]),
  form: 2,
});
const mineIn = (changes: readonly Change[]) => changes.filter((one): one is MineChange => one.t === 'mine');
const outcome = (changes: readonly Change[]) =>
  mineIn(changes)
    .map(({ field, reason, done }) => [field, reason, done])
    .sort();

test('what a newer app sent stands when the server has learnt its form, and its author’s device is told', async () => {
  expect((await parent.write(newer())).map(([, , is, , reason]) => [is, reason])).toEqual(
    Array(3).fill(['parked', 'newer-app']),
  );
  expect(outcome(await parent.pullAll())).toEqual([
    ['dob', 'newer-app', false],
    ['nickname', 'newer-app', false],
    ['working', 'newer-app', false],
  ]);
  await senco.pullAll();

  // Started again without the update, it goes on waiting.
  await update(smallRequest);
  expect(outcome(await parent.pullAll())).toEqual([]);

  await update();
  const told = await parent.pullAll();
  expect(outcome(told)).toEqual([
    ['dob', 'invalid-value', false],
    ['nickname', 'newer-app', true],
    ['working', 'newer-app', true],
  ]);
  const seen = JSON.stringify((await senco.pullAll()).filter(({ t }) => t === 'field' || t === 'text'));
  expect(seen).toContain('Bobbin');
  expect(seen).toContain('going well');
});

test('it is tried once: neither another start nor the same push again writes it a second time', async () => {
  await parent.write(newer());
  await update();
  const rows = () => hub.sync.storage.db.selectFrom('log').selectAll().execute();
  const before = await rows();
  await update();
  expect(await rows()).toEqual(before);
  // A device that never heard of the first verdict hears the one that counts.
  expect((await parent.write(newer())).map(([, , is, , reason]) => [is, reason])).toEqual([
    ['applied', undefined],
    ['applied', undefined],
    ['refused', 'invalid-value'],
  ]);
  expect(await rows()).toEqual(before);
});

test('words of one text that came in several pushes are tried together and told of once', async () => {
  const first = { ...run(doc, pen, [edit(1, 'text', 'views', 'working', typed(pen, 'one'))]), form: 2 };
  const second = { ...run(doc, pen, [set(2, 'nickname', 'Bobbin')]), form: 3 };
  const third = { ...run(doc, pen, [edit(3, 'text', 'views', 'working', typed(pen, 'one'))]), form: 2 };
  for (const one of [first, second, third]) await parent.write(one);
  await parent.pullAll();
  await update();
  expect(outcome(await parent.pullAll())).toEqual([['working', 'newer-app', true]]);
  await update({ ...nextRelease, version: 3 });
  expect(outcome(await parent.pullAll())).toEqual([['nickname', 'newer-app', true]]);
});

test('what its author dropped meanwhile is let go', async () => {
  await parent.write(newer());
  const waiting = mineIn(await parent.pullAll());
  const dropped = waiting.find(({ field }) => field === 'nickname');
  await parent.command('drop-parked', doc, { id: dropped?.id ?? '' });
  await update();
  const texts = JSON.stringify(await senco.pullAll());
  expect(texts).toContain('going well');
  expect(texts).not.toContain('Bobbin');
});

test('what was closed meanwhile is parked for the new reason', async () => {
  await parent.write(newer());
  await parent.pullAll();
  await senco.command('unshare', doc, { person: parent.person });
  await update();
  expect(outcome(await parent.pullAll())).toEqual([
    ['dob', 'access-ended', false],
    ['nickname', 'access-ended', false],
    ['working', 'access-ended', false],
  ]);
  expect(await hub.sync.storage.db.selectFrom('field').selectAll().execute()).toEqual([]);
});
