/**
 * For somebody without rights, a draft that exists and one that does not are the same: the same page, the same answer of
 * the API to whatever is asked, the same silence of the stream, the same missing file and nothing to make a PDF of.
 */
import { createHash } from 'node:crypto';
import { readDatabase } from './support/database.ts';
import { expect, test } from './support/journey.ts';
import { newId, openRawClient, replyOf, type Answer, type RawClient } from './support/raw-client.ts';
import { control, openSection, reachedHub, signIn, startRequest, unlock } from './support/screens.ts';
import { tallyOf } from './support/tally.ts';

const tally = tallyOf('without-rights');

test('a draft of somebody else looks like one that does not exist, by page, API, stream, file and PDF', async ({
  hub,
  openDevice,
}) => {
  hub.expectsRefusals();
  const [owner, stranger] = await Promise.all([openDevice(), openDevice()]);
  await signIn(owner.page, hub, 'priya');
  const there = await startRequest(owner.page);
  await openSection(owner.page, 'child');
  await control(owner.page, 'child', 'last_name').fill('Secretive');
  await reachedHub(owner.page);
  const priya = await openRawClient(hub, 'priya');
  const bytes = Buffer.from('%PDF-1.4\nnobody else reads this\n%%EOF\n');
  const file = newId<string>();
  const announced = await priya.push({
    commands: [
      {
        id: newId(),
        doc: there,
        name: 'add-file',
        args: declared(file, bytes),
        seen: {},
      },
    ],
  });
  expect(replyOf(announced).commands[0]?.verdict.is).toBe('done');
  const tom = await openRawClient(hub, 'tom');
  const nowhere = newId<string>();
  const noFile = newId<string>();

  await test.step('the page', async () => {
    await signIn(stranger.page, hub, 'tom');
    const shown = async (doc: string, rest = '') => {
      await stranger.page.goto(`${hub.url}/requests/${doc}${rest}`);
      await unlock(stranger.page);
      await expect(
        stranger.page.getByRole('heading', { name: 'There is nothing here that you can open' }),
      ).toBeVisible();
      await expect(stranger.page.getByRole('button', { name: 'Download' })).toHaveCount(0);
      return `${await stranger.page.title()}\n${await stranger.page.locator('main').innerText()}`.replaceAll(doc, '');
    };
    for (const rest of ['', '/send']) same(await shown(there, rest), await shown(nowhere, rest));
    await isSame('the bytes of the page', (doc) => tom.ask(`/requests/${doc}`));
  });

  await test.step('edits, commands and what is wanted', async () => {
    const edit =
      (holder: string, field: string, value: unknown, kind = 'set') =>
      (doc: string) =>
        tom.push({ runs: [{ doc, pen: newId(), form: 1, base: {}, edits: [[1, kind, holder, field, value, 0]] }] });
    await isSame('a guess at a field', edit('child', 'last_name', 'Guess'));
    await isSame('a guess at a section', edit('child-officer', 'tags', ['none']));
    await isSame('a text', edit('views', 'working', 'AAA=', 'text'));
    await isSame('an entry', edit('contacts', 'contacts', { item: newId(), order: 'a0' }, 'add'));
    await isSame('a guess at what was seen', (doc) =>
      tom.push({
        runs: [
          { doc, pen: newId(), form: 1, base: { child: 1 }, edits: [[1, 'set', 'child', 'dob', '2015-01-01', 0]] },
        ],
      }),
    );
    for (const [name, args] of [
      ['submit', {}],
      ['share', { email: 'tom.ashdown@thornleyvale.example', access: 'edit' }],
      ['unshare', { person: priya.person }],
      ['delete-draft', {}],
      ['send-on', { id: newId() }],
      ['drop-parked', { id: newId() }],
      ['dismiss-notice', { id: newId() }],
      ['add-file', declared(newId<string>(), Buffer.from('abc'))],
      ['remove-file', { id: file }],
    ] as const)
      await isSame(`the command ${name}`, (doc) =>
        tom.push({ commands: [{ id: newId(), doc, name, args, seen: {} }] }),
      );
    await isSame('wanting it', (doc) => tom.push({ pull: true, want: [doc] }));
  });

  await test.step('history, files and the stream', async () => {
    await isSame('the history of a field', (doc) =>
      tom.ask(`/api/documents/${doc}/history?holder=child&field=last_name`),
    );
    expect((await tom.ask(`/api/documents/${there}/history?holder=child&field=last_name`)).status).toBe(404);
    for (const [method, headers, body] of [
      ['GET', {}, undefined],
      ['HEAD', { 'tus-resumable': '1.0.0' }, undefined],
      [
        'PATCH',
        { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
        'abc',
      ],
    ] as const) {
      const asked = (id: string) =>
        tom.ask(`/api/files/${id}`, { method, headers, ...(body !== undefined && { body }) });
      const [real, none] = [await asked(file), await asked(noFile)];
      expect(real.status).toBe(404);
      sameAnswer(real, none, [file, noFile]);
    }
    for (const path of ['/api/documents/ID', '/api/documents/ID/pdf', '/api/documents/ID/files', '/api/export/ID'])
      await isSame(path, (doc) => tom.ask(path.replace('ID', doc)));

    // While the owner types, not a line of hers comes to the other; something of one's own proves that lines do come.
    const own = newId<string>();
    const cursor = replyOf(
      await tom.push({
        pull: true,
        commands: [{ id: newId(), doc: own, name: 'start', args: { kind: 'request', form: 1 }, seen: {} }],
      }),
    ).frame?.to;
    const stream = await listen(hub.url, tom, cursor ?? '');
    await control(owner.page, 'child', 'first_name').fill('Unheard');
    await reachedHub(owner.page);
    await tom.push({
      runs: [{ doc: own, pen: newId(), form: 1, base: {}, edits: [[1, 'set', 'child', 'first_name', 'Heard', 0]] }],
    });
    await expect.poll(() => stream.text(), { intervals: [50] }).toContain('"frame"');
    await stream.end();
    expect(stream.text()).not.toContain(there);
    expect(stream.text()).not.toContain('Unheard');
    tally.add('answers compared');
  });

  // Nothing of all this changed the draft or reached anyone.
  readDatabase(hub.folder, (database) => {
    expect(database.field(there, 'child', 'last_name')?.value).toBe('Secretive');
    expect(database.rows('SELECT person_id FROM share WHERE document_id = ?', there)).toEqual([]);
    expect(database.rows("SELECT id FROM document WHERE id = ? AND stage = 'draft'", there)).toHaveLength(1);
    expect(database.rows('SELECT id FROM document WHERE id = ?', nowhere)).toEqual([]);
    expect(database.rows('SELECT DISTINCT person_id FROM log WHERE document_id = ?', there)).toEqual([
      { person_id: priya.person },
    ]);
  });

  function same(one: string, other: string): void {
    expect(one).toBe(other);
    tally.add('answers compared');
  }
  async function isSame(what: string, asked: (doc: string) => Promise<Answer>): Promise<void> {
    const [real, none] = [await asked(there), await asked(nowhere)];
    await test.step(what, () => sameAnswer(real, none, [there, nowhere]));
  }
  function sameAnswer(real: Answer, none: Answer, ids: readonly string[]): void {
    expect(plain(real, ids)).toEqual(plain(none, ids));
    tally.add('answers compared');
  }
});

/** An answer without what differs by chance in every answer: the ids that were asked with, clocks, references and cursors. */
function plain({ status, headers, body }: Answer, ids: readonly string[]) {
  const chance = ['date', 'etag', 'connection', 'keep-alive'];
  // How far it packs depends on those ids by a byte or two; its words are compared whole.
  if (headers.get('content-encoding') === 'gzip') chance.push('content-length');
  const told = [...headers].filter(([name]) => !chance.includes(name));
  const words = ids
    .reduce((text, id) => text.replaceAll(id, 'ID'), body)
    .replace(/"reference":"[^"]*"/g, '"reference":""')
    .replace(/"now":\d+/g, '"now":0')
    .replace(/"(from|to)":"[A-Za-z0-9_-]{22}"/g, '"$1":""')
    .replace(/\["[A-Za-z0-9_-]{16}",1,/g, '["pen",1,')
    .replace(/\{"id":"[A-Za-z0-9_-]{16}","verdict"/g, '{"id":"","verdict"');
  return { status, told, words };
}

const declared = (id: string, bytes: Buffer) => ({
  id,
  section: 'documents',
  name: 'report.pdf',
  type: 'application/pdf',
  sizeBytes: bytes.length,
  hash: createHash('sha256').update(bytes).digest('base64url'),
  category: 'report-ep',
});

async function listen(url: string, client: RawClient, cursor: string) {
  let heard = '';
  const ending = new AbortController();
  const answer = await client.open('/api/stream', { 'hub-device': client.device, 'hub-cursor': cursor }, ending.signal);
  expect(answer.status).toBe(200);
  const decoder = new TextDecoder();
  const reading = (async () => {
    for await (const bytes of answer.body ?? []) heard += decoder.decode(bytes as Uint8Array, { stream: true });
  })().catch((error: unknown) => expect(String(error)).toContain('abort'));
  return { text: () => heard, end: () => (ending.abort(), reading) };
}
