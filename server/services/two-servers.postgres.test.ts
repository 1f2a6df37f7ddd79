import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandId, DocumentId } from '#sync/model/ids.ts';
import type { StreamLine } from '#sync/protocol/changes.ts';
import { openDraftHub } from '#tests/hub/draft-hub.ts';
import { newId, newPen, run, set, type TestDevice, type TestHub } from '#tests/hub/sync-hub.ts';
import { demonstrationPassword, people as fictional } from '#tests/people/index.ts';
import { makeDevice, openTestHub as openPeopleHub } from '#tests/people/test-hub.ts';
import { insertSetting, settingValue } from '#server/storage/people.ts';
import { applyPush } from './apply-push.ts';
import { changesStream } from './changes-since-stream.ts';
import { verifyAudit } from './audit.ts';
import { guessesMax } from './codes.ts';
import { enrolDevice } from './devices.ts';
import { emptyBin } from './empty-bin.ts';
import { readSession } from './sessions.ts';
import { beginSignIn, enterCode } from './sign-in.ts';

/** Two server processes over one PostgreSQL, each with a group commit and streams of its own. */
let hub: TestHub;
let second: TestHub;
let senco: TestDevice;
let parent: TestDevice;
let doc: DocumentId;
beforeEach(async () => {
  ({ hub, senco, parent, doc } = await openDraftHub());
  second = await hub.beside();
});
afterEach(async () => {
  await second.close();
  await hub.close();
});

const rowsOf = (table: 'log' | 'event' | 'audit' | 'command') =>
  hub.sync.storage.db.selectFrom(table).selectAll().execute();
const named = (name: string) => run(doc, newPen(), [set(1, 'first_name', name)]);

describe('a stream at one server', () => {
  test('shows what was pushed at the other, at once and with the words', async () => {
    const session = { ...senco.session, tokenHash: newId<string>() };
    const { authorityId, personId, deviceId } = session;
    await hub.sync.storage.write((tx) =>
      tx
        .insertInto('session')
        .values({
          ...{
            token_hash: session.tokenHash,
            authority_id: authorityId,
            person_id: personId,
            device_id: deviceId ?? null,
          },
          ...{ nonce: '', created_at: hub.clock.now, last_seen_at: hub.clock.now, expires_at: hub.clock.now + 1e9 },
          ended_at: null,
        })
        .execute(),
    );
    let close = () => undefined as void;
    const lines = changesStream(second.sync, session, (await senco.pull()).to, {
      isClosed: () => false,
      onClose: (then) => void (close = then),
    });
    const next = async (): Promise<StreamLine> => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the stream ended');
      return value;
    };
    expect(await next()).toHaveProperty('frame');
    const heard = next();
    await senco.write(named('Zofia'));
    expect(JSON.stringify(await heard)).toContain('Zofia');
    const again = next();
    await senco.write(named('Hanna'));
    expect(JSON.stringify(await again)).toContain('Hanna');
    close();
    await lines.return(undefined);
  });
});

describe('one push at both servers at the same moment', () => {
  test('is applied once, and both give the same verdicts', async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = (await rowsOf('log')).length;
      const body = senco.body({ runs: [named(`A${String(round)}`), named(`B${String(round)}`)] });
      const answers = await Promise.all(
        [hub, second].map((at) => applyPush(at.sync, senco.session, body, hub.clock.now)),
      );
      const [first, other] = answers.map((answer) => answer.ok && answer.reply.verdicts);
      expect(first).toEqual(other);
      expect((await rowsOf('log')).length - before).toBe(2);
    }
    expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true });
  });

  test('starts its document once, and both say that it is there', async () => {
    for (let round = 0; round < 5; round += 1) {
      const started = newId<DocumentId>();
      const command = {
        id: newId<CommandId>(),
        doc: started,
        name: 'start' as const,
        args: { kind: 'request', form: 1 },
      };
      const body = senco.body({ commands: [{ ...command, seen: {} }] });
      const answers = await Promise.all(
        [hub, second].map((at) => applyPush(at.sync, senco.session, body, hub.clock.now)),
      );
      const [first, other] = answers.map((answer) => answer.ok && answer.reply.commands[0]?.verdict);
      expect(first).toMatchObject({ is: 'done' });
      expect(first).toEqual(other);
      expect((await rowsOf('command')).filter(({ id }) => id === command.id)).toHaveLength(1);
    }
  });
});

test('work that had to run once more answers with what it did the last time', async () => {
  const key = newId<string>();
  let isHeld = () => undefined as void;
  const held = new Promise<void>((resolve) => (isHeld = resolve));
  let attempts = 0;
  const first = second.sync.storage.write(async (tx) => {
    await insertSetting(tx, key, 'first');
    isHeld();
    await expect.poll(() => attempts).toBe(1);
  }, 'side-by-side');
  await held;
  // The first goes alone; what comes meanwhile goes together next, and runs together once more.
  const alone = hub.sync.commits.commit([], () => Promise.resolve('alone'));
  let runs = 0;
  const neighbour = hub.sync.commits.commit([], () => Promise.resolve(`run ${String((runs += 1))}`));
  const answer = hub.sync.commits.commit([], async ({ tx }) => {
    const standing = await settingValue(tx, key);
    attempts += 1;
    if (standing === undefined) await insertSetting(tx, key, 'second');
    return `${String(attempts)}: ${standing ?? 'nothing'}`;
  });
  await first;
  expect([await alone, await neighbour, await answer]).toEqual(['alone', 'run 2', '2: first']);
});

test('people who write in one document at different servers lose nothing, and each hears of the other', async () => {
  await senco.command('share', doc, { email: await parent.email(), access: 'edit' });
  const [here, there] = [senco, parent.at(second)];
  const fields = ['first_name', 'last_name', 'preferred_name'];
  const writes = Array.from({ length: 24 }, (_, n) =>
    (n % 2 === 0 ? here : there).write(
      run(doc, newPen(), [set(1, fields[n % 3] ?? '', `${String(n)} by ${String(n % 2)}`)]),
    ),
  );
  for (const [verdict] of await Promise.all(writes)) expect(verdict?.[2]).toMatch(/applied|merged|conflict/);
  expect(await rowsOf('log')).toHaveLength(24);
  const vers = await hub.sync.storage.db.selectFrom('section').select(['section', 'ver']).execute();
  expect(vers.find(({ section }) => section === 'child')?.ver).toBe(24);
  const seen = async (device: TestDevice) => {
    const changes = await device.pullAll([doc]);
    return changes.flatMap((change) => (change.t === 'field' ? [[change.field, change.value]] : [])).sort();
  };
  expect(await seen(here)).toEqual(await seen(there));
  expect(await verifyAudit(hub.sync.storage.db, hub.authority)).toMatchObject({ ok: true });
});

test('guesses at both servers are counted together, and a session takes one device', async () => {
  const people = await openPeopleHub();
  const other = await people.openBeside();
  const servers = [people.deps, { ...people.deps, storage: other }];
  const browser = 'a browser';
  const begun = await beginSignIn(people.deps, {
    ...{
      authorityId: (await people.deps.storage.db.selectFrom('authority').select('id').executeTakeFirstOrThrow()).id,
    },
    ...{ email: fictional.priya.email, password: demonstrationPassword, browser, known: undefined },
  });
  if (!begun.ok) throw new Error('the password was right');
  const [code = ''] = await people.codesOf('priya');
  const wrong = code === '000000' ? '111111' : '000000';
  const enter = (at: number, typed: string) =>
    enterCode(servers[at % 2] ?? people.deps, {
      ...{ attempt: begun.attempt, browser, code: typed, known: undefined, previousToken: undefined },
    });
  const guesses = await Promise.all(Array.from({ length: 12 }, (_, at) => enter(at, wrong)));
  expect(guesses.filter((answer) => !answer.ok && answer.reason === 'code-wrong')).toHaveLength(guessesMax - 1);
  expect(await enter(0, code)).toMatchObject({ ok: false });

  const { session, browser: tab } = await people.signIn('priya');
  const facts = await readSession(people.deps.storage.db, tab.cookies.get('hub_session'), people.clock.now);
  if (facts.is !== 'live') throw new Error('signed in just now');
  expect(session.device).toBeNull();
  const enrolments = await Promise.all(
    Array.from({ length: 4 }, (_, at) =>
      enrolDevice(servers[at % 2] ?? people.deps, facts.facts, newId(), makeDevice().publicKey),
    ),
  );
  expect(enrolments.filter(({ ok }) => ok)).toHaveLength(1);
  await other.close();
  await people.close();
});

test('two servers that empty the bin at the same moment do it once', async () => {
  await senco.write(named('Zofia'));
  await senco.command('delete-draft', doc);
  hub.clock.now += 31 * 24 * 60 * 60_000;
  const files = { remove: () => Promise.resolve() };
  await Promise.all([hub, second].map(({ sync }) => sync.storage.inTurn('bin', () => emptyBin(sync, files))));
  expect((await rowsOf('audit')).filter(({ action }) => action === 'purged')).toHaveLength(1);
  expect(JSON.stringify(await rowsOf('log'))).not.toContain('Zofia');
});
