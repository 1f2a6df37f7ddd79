/**
 * The requests that a demonstration begins with. They are written by the very services that take people's own words,
 * so that nothing in the demonstration could not have been typed.
 */
import * as Y from 'yjs';
import { people, type PersonKey } from '#server/demonstration/people.ts';
import { requests, type FictionalRequest } from '#server/demonstration/requests.ts';
import { base64OfBytes } from '#sync/model/base64.ts';
import type { CommandName } from '#sync/model/command.ts';
import type { EditKind, Json } from '#sync/model/edit.ts';
import {
  makeId,
  type AuthorityId,
  type CommandId,
  type DeviceId,
  type DocumentId,
  type ItemId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '#sync/model/ids.ts';
import { orderBetween } from '#sync/model/order.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { Push, Run, WireEdit } from '#sync/protocol/push.ts';
import type { RoleName } from '#sync/roles/index.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { activePersonByEmail, insertDevice, rolesOf, someAuthorities } from '#server/storage/people.ts';
import { applyPush } from './apply-push.ts';
import type { SessionFacts } from './session-facts.ts';
import type { Sync } from './sync.ts';

const day = 24 * 60 * 60_000;

/** Tells what was not taken: nothing, as a test makes sure. A demonstration with a gap is still better than none. */
export async function fillDemonstrationRequests(sync: Sync): Promise<string[]> {
  const refused: string[] = [];
  const authors = new Map<PersonKey, SessionFacts>();
  const authorOf = async (key: PersonKey) => {
    const known = authors.get(key) ?? (await openAuthor(sync, key));
    authors.set(key, known);
    return known;
  };
  const inOrderOfNumbers = [...requests].sort((a, b) => (b.submittedDaysAgo ?? 0) - (a.submittedDaysAgo ?? 0));
  for (const request of inOrderOfNumbers) {
    const doc = makeId<DocumentId>(sync.ports.random);
    refused.push(...(await writeRequest(sync, await authorOf(request.starter), doc, request)));
    if (request.sharedWith !== undefined && request.added !== undefined) {
      const at = sync.ports.now() - (request.startedDaysAgo - 1) * day;
      const run = runOf(sync, doc, at, { contacts: [], ...request.added });
      refused.push(...(await push(sync, await authorOf(request.sharedWith.person), at, [run], [])));
    }
  }
  return refused;
}

async function writeRequest(
  sync: Sync,
  starter: SessionFacts,
  doc: DocumentId,
  request: FictionalRequest,
): Promise<string[]> {
  const form = formOf(sync);
  const at = sync.ports.now() - request.startedDaysAgo * day;
  const run = runOf(sync, doc, at, request);
  const after: [PenId, number] = [run.pen, run.edits.length];
  const commands = [commandOf(sync, doc, 'start', { kind: form.kind, form: form.version })];
  if (request.sharedWith !== undefined) {
    const { person, access } = request.sharedWith;
    commands.push(commandOf(sync, doc, 'share', { email: people[person].email, access }, after));
  }
  const refused = await push(sync, starter, at, [run], commands);
  if (request.submittedDaysAgo === undefined) return refused;
  const sentAt = sync.ports.now() - request.submittedDaysAgo * day;
  return [...refused, ...(await push(sync, starter, sentAt, [], [commandOf(sync, doc, 'submit', {}, after)]))];
}

/** One pen's edits. What the form does not ask (yet) is left out. */
function runOf(
  sync: Sync,
  doc: DocumentId,
  made: number,
  { answers, contacts, texts }: Pick<FictionalRequest, 'answers' | 'contacts' | 'texts'>,
): Run {
  const { ports } = sync;
  const form = formOf(sync);
  const pen = makeId<PenId>(ports.random);
  const edits: WireEdit[] = [];
  const write = (kind: EditKind, holder: SectionKey | ItemId, field: string, value: Json) =>
    edits.push([edits.length + 1, kind, holder, field, value, made]);
  const isAsked = (section: string, field: string) => form.sections[section]?.fields[field] !== undefined;
  for (const [section, fields] of Object.entries(answers)) {
    for (const [field, value] of Object.entries(fields))
      if (isAsked(section, field)) write('set', section as SectionKey, field, value);
  }
  let order: string | null = null;
  for (const contact of isAsked('contacts', 'contacts') ? contacts : []) {
    const item = makeId<ItemId>(ports.random);
    order = orderBetween(order, null);
    write('add', 'contacts' as SectionKey, 'contacts', { item, order });
    for (const [field, value] of Object.entries(contact)) write('set', item, field, value);
  }
  for (const [section, fields] of Object.entries(texts)) {
    for (const [field, paragraphs] of Object.entries(fields))
      if (isAsked(section, field)) write('text', section as SectionKey, field, updateOf(pen, paragraphs));
  }
  return { doc, pen, form: form.version, base: {}, edits };
}

/** Rich text as the editor writes it: one Yjs document a field, under the pen's own client. */
function updateOf(pen: PenId, paragraphs: readonly string[]): string {
  const document = new Y.Doc();
  document.clientID = clientIdOfPen(pen);
  const nodes = paragraphs.map((words) => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(words)]);
    return paragraph;
  });
  document.getXmlFragment('text').insert(0, nodes);
  return base64OfBytes(Y.encodeStateAsUpdate(document));
}

async function push(
  sync: Sync,
  author: SessionFacts,
  at: number,
  runs: Run[],
  commands: Push['commands'],
): Promise<string[]> {
  const { personId: account, deviceId: device } = author;
  if (device === undefined) throw new Error('An author of the demonstration writes on a device.');
  const result = await applyPush(
    sync,
    author,
    {
      v: protocolVersion,
      account,
      device,
      sent: at,
      jumped: false,
      cursor: null,
      pull: false,
      want: [],
      runs,
      commands,
    },
    at,
  );
  if (!result.ok) throw new Error(`A push of the demonstration was refused: ${result.reason}.`);
  const { verdicts, commands: answers } = result.reply;
  const fieldOf = new Map<string, string>(
    runs.flatMap((run) => run.edits.map(([n, , , field]) => [`${run.pen} ${String(n)}`, field])),
  );
  return [
    ...verdicts
      .filter(([, , is]) => is !== 'applied' && is !== 'merged')
      .map(([pen, n, is, , reason]) => `${fieldOf.get(`${pen} ${String(n)}`) ?? ''}: ${is}, ${reason ?? ''}`),
    ...answers.flatMap(({ id, verdict }) =>
      verdict.is === 'refused'
        ? [
            `${commands.find((one) => one.id === id)?.name ?? ''}: ${verdict.reason} ${JSON.stringify(verdict.at ?? [])}`,
          ]
        : [],
    ),
  ];
}

const commandOf = (
  { ports }: Sync,
  doc: DocumentId,
  name: CommandName,
  args: Record<string, Json>,
  after?: [PenId, number],
): Push['commands'][number] => ({
  id: makeId<CommandId>(ports.random),
  doc,
  name,
  args,
  seen: {},
  ...(after !== undefined && { after }),
});

/** Somebody at a device of their own. It has no key, so nothing that comes over the network can be signed by it. */
async function openAuthor({ storage, ports }: Sync, key: PersonKey): Promise<SessionFacts> {
  const [authority] = await someAuthorities(storage.db);
  const person = authority && (await activePersonByEmail(storage.db, authority.id, people[key].email));
  if (authority === undefined || person === undefined)
    throw new Error(`${key} is not in the database of the demonstration.`);
  const deviceId = makeId<DeviceId>(ports.random);
  const now = ports.now();
  await storage.write((tx) =>
    insertDevice(tx, {
      id: deviceId,
      authority_id: authority.id,
      person_id: person.id,
      public_key: '',
      last_stamp: 0,
      created_at: now,
      revoked_at: null,
    }),
  );
  return {
    authorityId: authority.id as AuthorityId,
    authorityName: authority.name,
    personId: person.id as PersonId,
    personName: person.name,
    email: person.email,
    phone: person.phone,
    roles: (await rolesOf(storage.db, authority.id, person.id)) as RoleName[],
    deviceId,
    deviceKey: undefined,
    nonce: '',
    tokenHash: '',
    expiresAt: now,
  };
}

function formOf({ forms }: Pick<Sync, 'forms'>): FormDefinition {
  const form = forms.formOf('request');
  if (form === undefined) throw new Error('There is no form for a request.');
  return form;
}
