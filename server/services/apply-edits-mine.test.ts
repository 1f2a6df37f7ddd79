import { afterEach, expect, test } from 'vitest';
import { openDraftHub, type DraftHub } from '#tests/hub/draft-hub.ts';
import { edit, newPen, run, set } from '#tests/hub/sync-hub.ts';

let opened: DraftHub;
afterEach(() => opened.hub.close());

test('whose answer somebody else did not choose is told who chose what, and keeps the answer; who chose is told nothing', async () => {
  opened = await openDraftHub();
  const { hub, senco, parent, doc } = opened;
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  await senco.write(run(doc, newPen(), [set(1, 'first_name', 'Zofia')]));
  const [collided] = await parent.write(run(doc, newPen(), [set(1, 'first_name', 'Sofia')]));
  expect(collided?.[2]).toBe('conflict');
  await senco.pullAll([doc]);
  await parent.pullAll([doc]);
  const { conflict } = await hub.sync.storage.db
    .selectFrom('field')
    .select('conflict')
    .where('field', '=', 'first_name')
    .executeTakeFirstOrThrow();
  const choice = edit(1, 'settle', 'child', 'first_name', { conflict, value: 'Zofia' });
  const [chosen] = await senco.write(run(doc, newPen(), [choice], { child: 2 }));
  expect(chosen?.[2]).toBe('applied');
  const told = (await parent.pullAll()).filter((change) => change.t === 'mine');
  expect(told).toMatchObject([
    { what: 'overtaken', field: 'first_name', value: 'Sofia', standing: 'Zofia', by: { id: senco.person } },
  ]);
  expect((await senco.pullAll()).filter((change) => change.t === 'mine')).toEqual([]);
});
