import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { Change } from '#sync/protocol/changes.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';

const dayMs = 24 * 60 * 60_000;
let hub: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  await senco.write(run(doc, newPen(), [set(1, 'first_name', 'Zofia')]));
});
afterEach(() => hub.close());

test('a restored draft can be written in again, and holds every word that it held', async () => {
  await senco.command('delete-draft', doc);
  const late = newPen();
  expect((await senco.write(run(doc, late, [set(1, 'first_name', 'too late')])))[0]?.slice(2)).toEqual([
    'parked',
    0,
    'document-deleted',
  ]);
  expect((await senco.command('restore-draft', doc)).is).toBe('done');
  senco.cursor = null;
  const field = (await senco.pullAll([doc])).find((change) => change.t === 'field');
  expect(field).toMatchObject({ field: 'first_name', value: 'Zofia' });
  expect((await senco.write(run(doc, newPen(), [set(1, 'last_name', 'Kowalczyk')])))[0]?.[2]).toBe('applied');
});

test('whoever looked at a draft in the bin is told what they need to write in it when it is had back', async () => {
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  // Neither has seen the other's answer.
  await senco.write(run(doc, newPen(), [set(1, 'last_name', 'Kowalska')]));
  await parent.write(run(doc, newPen(), [set(1, 'last_name', 'Kowalczyk')]));
  await senco.command('delete-draft', doc);
  senco.cursor = null;
  const isConflict = (change: Change) => change.t === 'field' && change.conflict !== undefined;
  expect((await senco.pullAll([doc])).some(isConflict)).toBe(false);
  await senco.command('restore-draft', doc);
  expect((await senco.pullAll()).filter(isConflict)).toMatchObject([{ field: 'last_name' }]);
});

test('only its starter restores a draft, and only one that was deleted', async () => {
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  expect(await senco.command('restore-draft', doc)).toEqual({ is: 'refused', reason: 'not-allowed' });
  await senco.command('delete-draft', doc);
  expect(await parent.command('restore-draft', doc)).toEqual({ is: 'refused', reason: 'not-found' });
  expect((await senco.command('restore-draft', doc)).is).toBe('done');
});

test('after thirty days a deleted draft cannot be restored any more', async () => {
  await senco.command('delete-draft', doc);
  hub.clock.now += 30 * dayMs;
  expect((await senco.command('restore-draft', doc)).is).toBe('done');
  await senco.command('delete-draft', doc);
  hub.clock.now += 30 * dayMs + 1;
  expect(await senco.command('restore-draft', doc)).toEqual({ is: 'refused', reason: 'bin-emptied' });
});
