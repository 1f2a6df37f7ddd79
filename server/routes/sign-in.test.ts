import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demonstrationPassword, people } from '#tests/people/index.ts';
import { openTestHub, type TestHub } from '#tests/people/test-hub.ts';

const minute = 60_000;
let hub: TestHub;
beforeAll(async () => {
  hub = await openTestHub();
});
afterAll(() => hub.close());

const begin = async (email: string, password = demonstrationPassword, browser = hub.browser()) => {
  const answer = await browser.post('/api/sign-in', { email, password });
  return { answer, browser, attempt: ((await answer.clone().json()) as { attempt: string }).attempt };
};
const errorOf = async (answer: Response) => ({
  status: answer.status,
  error: ((await answer.json()) as { error?: string }).error,
});
const aDayLater = () => hub.pass(25 * 60 * minute);

describe('signing in', () => {
  test('a SENCO signs in by password and the code from her telephone', async () => {
    const { browser, attempt } = await begin(' Priya.Nair@Alderbrook.example ');
    const [code] = await hub.codesOf('priya');
    const answer = await browser.post('/api/sign-in/code', { attempt, code });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      person: { name: 'Priya Nair', roles: ['senco'] },
      authority: { name: 'Hallowshire County Council' },
      device: null,
    });
    expect(answer.headers.getSetCookie().find((cookie) => cookie.startsWith('hub_session='))).toMatch(
      /HttpOnly.*SameSite=Strict/,
    );
    expect((await browser.get('/api/session')).status).toBe(200);
  });

  test('the text message ends with the line that binds the code to this host', async () => {
    await begin(people.tom.email);
    await hub.sendAll();
    const [message] = (await hub
      .browser()
      .get('/outbox.json')
      .then((answer) => answer.json())) as { channel: string; to: string; body: string }[];
    expect(message).toMatchObject({ channel: 'sms', to: people.tom.phone });
    expect(message?.body).toMatch(/^(\d{6}) is your EHC Hub code\.[^]*\n@hub\.test #\1$/);
    expect(message?.body.length).toBeLessThanOrEqual(160);
  });

  test('an unknown account, a wrong password and a right one get equal answers until the code is entered', async () => {
    const answers = await Promise.all([
      begin('nobody@example.org'),
      begin(people.marek.email, 'not the right password'),
      begin(people.marek.email),
    ]);
    const shapes = await Promise.all(
      answers.map(async ({ answer }) => ({
        status: answer.status,
        body: Object.keys((await answer.json()) as object),
        length: answer.headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, '').length),
        headers: [...answer.headers.keys()].sort(),
      })),
    );
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
    for (const { browser, attempt } of answers) {
      for (let guess = 1; guess < 5; guess += 1) {
        expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code: 'zzzzzz' }))).toEqual({
          status: 401,
          error: 'code-wrong',
        });
      }
      expect((await browser.post('/api/sign-in/resend', { attempt })).status).toBe(200);
      expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code: 'zzzzzz' }))).toEqual({
        status: 401,
        error: 'attempt-dead',
      });
    }
    aDayLater();
  });

  test('a host that belongs to no authority answers as for an unknown account', async () => {
    aDayLater();
    const second = { id: 'authority-number-2', name: 'Elsewhere', host: 'elsewhere.example', created_at: 0 };
    await hub.deps.storage.write((tx) => tx.insertInto('authority').values(second).execute());
    expect((await begin(people.marek.email)).answer.status).toBe(200);
    await hub.deps.storage.write((tx) => tx.deleteFrom('authority').where('id', '=', second.id).execute());
    expect(await hub.codesOf('marek')).toEqual([]);
  });

  test('codes of known and unknown accounts expire alike', async () => {
    for (const email of ['nobody@example.org', people.marek.email]) {
      const { browser, attempt } = await begin(email);
      hub.pass(10 * minute);
      expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code: 'zzzzzz' }))).toEqual({
        status: 401,
        error: 'code-expired',
      });
    }
    aDayLater();
  });

  test('after five wrong guesses the attempt is dead, even for the right code', async () => {
    const { browser, attempt } = await begin(people.gwen.email);
    const [code] = await hub.codesOf('gwen');
    for (let guess = 0; guess < 5; guess += 1) await browser.post('/api/sign-in/code', { attempt, code: '12' });
    expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code }))).toEqual({
      status: 401,
      error: 'attempt-dead',
    });
  });

  test('a resent code works and kills the one before it', async () => {
    const { browser, attempt } = await begin(people.samuel.email);
    const [first] = await hub.codesOf('samuel');
    hub.pass(minute);
    await browser.post('/api/sign-in/resend', { attempt });
    const [second] = await hub.codesOf('samuel');
    if (second !== first)
      expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code: first }))).toEqual({
        status: 401,
        error: 'code-wrong',
      });
    expect((await browser.post('/api/sign-in/code', { attempt, code: second })).status).toBe(200);
    expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code: second }))).toEqual({
      status: 401,
      error: 'attempt-dead',
    });
  });

  test('a code is good for ten minutes', async () => {
    const { browser, attempt } = await begin(people.farah.email);
    const [code] = await hub.codesOf('farah');
    hub.pass(10 * minute);
    expect(await errorOf(await browser.post('/api/sign-in/code', { attempt, code }))).toEqual({
      status: 401,
      error: 'code-expired',
    });
  });

  test('a code works only in the browser that asked for it', async () => {
    const { attempt } = await begin(people.owen.email);
    const [code] = await hub.codesOf('owen');
    expect(await errorOf(await hub.browser().post('/api/sign-in/code', { attempt, code }))).toEqual({
      status: 401,
      error: 'attempt-dead',
    });
  });

  test('a telephone gets at most five unanswered codes an hour and ten a day', async () => {
    let { browser, attempt } = await begin(people.claire.email);
    for (let again = 0; again < 8; again += 1) await browser.post('/api/sign-in/resend', { attempt });
    expect(await hub.codesOf('claire')).toHaveLength(5);
    ({ browser, attempt } = await begin(people.claire.email));
    expect(await hub.codesOf('claire')).toHaveLength(5);
    for (let hour = 0; hour < 4; hour += 1) {
      hub.pass(61 * minute);
      ({ browser, attempt } = await begin(people.claire.email));
      for (let again = 0; again < 8; again += 1) await browser.post('/api/sign-in/resend', { attempt });
      await hub.sendAll();
    }
    expect(await hub.codesOf('claire')).toHaveLength(10);
  });

  test('somebody who signs in again and again is never kept out by the limits', async () => {
    for (let time = 0; time < 12; time += 1) await hub.signIn('elin');
  });

  test('the sixth password within a quarter of an hour waits, for known and unknown accounts alike', async () => {
    for (const email of [people.ruth.email, 'nobody-else@example.org']) {
      for (let guess = 0; guess < 5; guess += 1)
        expect((await begin(email, 'wrong password again')).answer.status).toBe(200);
      const { answer } = await begin(email, 'wrong password again');
      expect(await errorOf(answer)).toEqual({ status: 429, error: 'too-many' });
      expect(Number(answer.headers.get('retry-after'))).toBe(15 * 60);
      hub.pass(15 * minute);
      expect((await begin(email)).answer.status).toBe(200);
    }
  });

  test('a stranger who guesses cannot keep a person out of the browser that they use', async () => {
    const { browser } = await hub.signIn('joanne');
    for (let guess = 0; guess < 6; guess += 1) await begin(people.joanne.email, 'wrong password again');
    expect((await begin(people.joanne.email)).answer.status).toBe(429);
    expect((await begin(people.joanne.email, demonstrationPassword, browser)).answer.status).toBe(200);
  });

  test('a body that is not what was agreed is refused without telling anything', async () => {
    const browser = hub.browser();
    expect(await errorOf(await browser.post('/api/sign-in', { email: 'a', password: 'b', admin: true }))).toEqual({
      status: 422,
      error: 'unreadable',
    });
    expect(await errorOf(await browser.post('/api/sign-in', 'x'.repeat(20_000)))).toEqual({
      status: 413,
      error: 'unreadable',
    });
  });
});

describe('what is kept', () => {
  test('neither the code nor the token can be read in the database after it was sent', async () => {
    await hub.sendAll();
    const { browser, attempt } = await begin(people.kwame.email);
    const waiting = await hub.deps.storage.db
      .selectFrom('message')
      .selectAll()
      .where('state', '=', 'waiting')
      .execute();
    expect(waiting.map(({ args }) => args)).toEqual([expect.stringMatching(/^sealed\./)]);
    const [code = ''] = await hub.codesOf('kwame');
    await browser.post('/api/sign-in/code', { attempt, code });
    const token = browser.cookies.get('hub_session') ?? '';
    const { db } = hub.deps.storage;
    const rows = await Promise.all([
      db.selectFrom('message').selectAll().execute(),
      db.selectFrom('session').selectAll().execute(),
      db.selectFrom('sign_in').selectAll().execute(),
    ]);
    const kept = JSON.stringify(rows);
    expect(token).toHaveLength(43);
    expect(kept).not.toContain(token);
    expect(kept).not.toMatch(new RegExp(`\\b${code}\\b`));
    expect(rows[0].map(({ args }) => args).every((args) => args === '{}')).toBe(true);
  });

  test('the log holds no name, address, code, password or token', async () => {
    const { browser, session } = await hub.signIn('helen');
    await browser.get('/api/session?name=Brackenridge');
    await browser.get('/api/nothing/Brackenridge');
    const log = JSON.stringify(hub.lines);
    const [code = 'no code'] = await hub.codesOf('helen');
    for (const canary of [
      'Brackenridge',
      people.helen.phone,
      demonstrationPassword,
      code,
      browser.cookies.get('hub_session') ?? '?',
      session.person.id,
      session.nonce,
    ]) {
      expect(log).not.toContain(canary);
    }
    expect(hub.lines).toContainEqual(
      expect.objectContaining({ event: 'request', route: '/api/sign-in/code', status: 200 }),
    );
  });
});
