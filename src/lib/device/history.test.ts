import { expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import { fetchHistory } from './history.ts';
import { scriptedHub, section } from './testing/scripted-hub.ts';
import { testAccount, testDevice } from './testing/device.ts';

const doc = 'document-0000001' as DocumentId;
const entry = { value: 'Zofia', by: { name: 'Robin Example', role: 'senco' }, at: 1 };

async function askingFor(answers: (Response | 'no-line')[]) {
  const hub = scriptedHub();
  const asked: string[] = [];
  const device = testDevice(async (input, init) => {
    const path = input as string;
    if (!path.includes('/history')) return hub.fetch(input, init);
    asked.push(path);
    const answer = answers.shift() ?? 'no-line';
    if (answer === 'no-line') throw new TypeError('network');
    return answer;
  });
  const { account, line } = await testAccount(device);
  return { hub, asked, fetched: () => fetchHistory(account, line, doc, section, 'first name') };
}
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

test('earlier answers come from the Hub', async () => {
  const { asked, fetched } = await askingFor([json(200, [entry])]);
  expect(await fetched()).toEqual({ ok: true, value: [entry] });
  expect(asked).toEqual([`/api/documents/${doc}/history?holder=child&field=first+name`]);
});

test('without a connection it is said plainly that they need one', async () => {
  const { fetched } = await askingFor(['no-line']);
  expect(await fetched()).toEqual({ ok: false, reason: 'history-needs-line' });
});

test('a session that fell asleep is asked for anew, once; one that is over is said', async () => {
  const asleep = await askingFor([json(401, { error: 'signed-out' }), json(200, [entry])]);
  expect(await asleep.fetched()).toEqual({ ok: true, value: [entry] });
  const over = await askingFor([]);
  over.hub.session.isSignedIn = false;
  expect(await over.fetched()).toEqual({ ok: false, reason: 'history-signed-out' });
  expect(over.asked).toEqual([]);
});

test('what may not be read and what is no history have their own answers', async () => {
  const none = await askingFor([json(404, { error: 'not-found' })]);
  expect(await none.fetched()).toEqual({ ok: false, reason: 'no-history' });
  const portal = await askingFor([json(200, { welcome: 'Free wireless internet' })]);
  expect(await portal.fetched()).toEqual({ ok: false, reason: 'hub-problem' });
});
