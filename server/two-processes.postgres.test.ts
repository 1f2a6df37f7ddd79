import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DocumentId } from '#sync/model/ids.ts';
import type { PushReply } from '#sync/protocol/changes.ts';
import { newId, newPen, run, set } from '#tests/hub/sync-hub.ts';
import { people } from '#tests/people/index.ts';
import { runningHub, signIn } from '#tests/people/running-hub.ts';
import { startPostgres, type PostgresServer } from '#tests/postgres/server.ts';

/** Two processes of the real server over a PostgreSQL of their own, because it is killed here. */
let postgres: PostgresServer;
let hubs: ReturnType<typeof runningHub>[];
beforeAll(async () => {
  postgres = await startPostgres();
  const first = runningHub({ DATABASE_URL: postgres.url });
  hubs = [first, runningHub({ DATABASE_URL: postgres.url, HUB_DATA: first.folder })];
});
afterAll(async () => {
  for (const hub of hubs) await hub.dispose();
  await postgres.stop();
});

/** What a device asks goes to one and the other by turns. */
function byTurns() {
  let turn = 0;
  return new Proxy(hubs[0]!, {
    get: (first, name) =>
      name === 'url' ? hubs[(turn += 1) % hubs.length]?.url : (Reflect.get(first, name) as unknown),
  });
}

test('two processes start at once on an empty database, serve one device by turns, and outlive the death of PostgreSQL', async () => {
  await Promise.all(hubs.map((hub) => hub.start()));
  expect(hubs.filter(({ said }) => said.includes('A fictional authority was made'))).toHaveLength(1);
  const priya = await signIn(byTurns(), 'priya');
  const codes = (await hubs[0]!.outbox()).filter(({ to }) => to === people.priya.phone);
  expect(codes).toHaveLength(1);

  const doc = newId<DocumentId>();
  const start = { id: newId(), doc, name: 'start', args: { kind: 'request', form: 1 }, seen: {} };
  const name = (value: string) => run(doc, newPen(), [set(1, 'middle_names', value)]);
  expect((await priya.push({ commands: [start] })).status).toBe(200);
  for (const value of ['one', 'two']) expect((await priya.push({ runs: [name(value)] })).status).toBe(200);

  await postgres.kill();
  const waits = name('three');
  for (const answer of [await priya.push({ runs: [waits] }), await priya.push({ pull: true })]) {
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '3']);
    expect(await answer.json()).toMatchObject({ error: 'database-away' });
  }
  expect((await fetch(`${hubs[1]!.url}/healthz`)).status).toBe(503);

  await postgres.start();
  await expect.poll(async () => (await priya.push({ runs: [waits] })).status, { timeout: 20_000 }).toBe(200);
  const again = (await (await priya.push({ runs: [waits] })).json()) as PushReply;
  expect(again.verdicts.map(([, , is, ver]) => [is, ver])).toEqual([['applied', 3]]);
  await hubs[0]!.end('SIGKILL');
  const left = await fetch(`${hubs[1]!.url}/healthz`);
  expect(await left.text()).toBe('ok');
  await hubs[1]!.end();
  for (const { said } of hubs) expect(said).not.toContain('"event":"bug"');
}, 120_000);
