/** A Hub without HTTP for the tests of the sync services: a real database of its own, a clock that is set by hand. */
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import * as Y from 'yjs';
import { base64OfBytes } from '#sync/model/base64.ts';
import { clientIdOfPen } from '#sync/model/pen-client.ts';
import {
  makeId,
  type AuthorityId,
  type DeviceId,
  type DocumentId,
  type PenId,
  type PersonId,
  type SectionKey,
} from '#sync/model/ids.ts';
import type { Command, CommandName, CommandVerdict } from '#sync/model/command.ts';
import type { EditKind, Json } from '#sync/model/edit.ts';
import type { Change, EditVerdict, Frame, PushReply } from '#sync/protocol/changes.ts';
import { push as pushShape, type Cursor, type Push, type Run, type WireEdit } from '#sync/protocol/push.ts';
import type { FormDefinition } from '#sync/forms/define.ts';
import { withListed } from '#sync/protocol/pack.ts';
import type { FormPast, Upgrade } from '#sync/forms/past.ts';
import { protocolVersion } from '#sync/protocol/version.ts';
import type { RoleName } from '#sync/roles/index.ts';
import { testDatabase } from './database.ts';
import { smallRequest } from './small-request.ts';
import { secondPlaceIn } from '#server/adapters/second-place/folder.ts';
import { migrate } from '#server/storage/database.ts';
import { notingStorage } from '#server/storage/notes.ts';
import { noticeReplacement } from '#server/services/new-history.ts';
import { insertDevice, insertPeople } from '#server/storage/people.ts';
import { applyPush } from '#server/services/apply-push.ts';
import { formsOf, loadForms, type Forms } from '#server/services/forms.ts';
import { makeKeys } from '#server/services/keys.ts';
import type { SessionFacts } from '#server/services/session-facts.ts';
import { openSync, type Sync, type SyncOptions } from '#server/services/sync.ts';

const random = (count: number) => new Uint8Array(randomBytes(count));
const secret = 'a secret of the tests, long enough for keys';
export const newId = <Id extends string>(): Id => makeId<Id>(random);

export interface TestHub {
  readonly sync: Sync;
  readonly authority: AuthorityId;
  readonly file: string;
  clock: { now: number };
  person(role: RoleName, email?: string): Promise<TestPerson>;
  /** Closes the database and opens the same again, as a server that was killed and started, or updated. */
  restart(release?: FormDefinition, upgrade?: Upgrade): Promise<void>;
  /** Copies the database as it stands now; the answer puts that copy back under a server that was stopped. */
  copy(): Promise<(how?: { withSecondPlace?: true }) => Promise<void>>;
  /** One more server process over the same database; closed before this one. */
  beside(): Promise<TestHub>;
  close(): Promise<void>;
}
export interface TestPerson {
  readonly id: PersonId;
  readonly email: string;
  device(): Promise<TestDevice>;
}

/** `form` is what the Hub knows as a request. */
export async function openTestHub(
  form: FormDefinition = smallRequest,
  options: Pick<SyncOptions, 'textWork'> = {},
): Promise<TestHub> {
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  const file = join(folder, 'hub.db');
  const clock = { now: Date.UTC(2026, 5, 1, 9) };
  const ports = { now: () => clock.now, random };
  const authority = newId<AuthorityId>();
  const database = await testDatabase(folder);
  let known = form;
  let past: FormPast = { definitions: [], upgrades: [] };
  const released = () => formsOf([known], new Map([[known.kind, past]]));
  const forms: Forms = {
    ...(await loadForms()),
    formOf: (kind, version) => released().formOf(kind, version),
    pastOf: (kind) => released().pastOf(kind),
    kinds: [form.kind],
  };
  const open = async (opened = database.open(), placeName = 'second-place') => {
    const place = secondPlaceIn(join(folder, placeName), ports.now);
    const storage = notingStorage(await opened, place);
    await migrate(storage);
    await noticeReplacement(storage, place, ports);
    return openSync({
      forms,
      storage,
      place,
      ports,
      keys: makeKeys(secret),
      secret,
      wakeSender: () => undefined,
      ...options,
    });
  };
  let sync = await open();
  await sync.storage.write((tx) =>
    insertPeople(tx, {
      authority: { id: authority, name: 'Authority', host: 'hub', created_at: 0 },
      organisations: [],
      people: [],
      memberships: [],
    }),
  );

  const hub: TestHub = {
    get sync() {
      return sync;
    },
    authority,
    file,
    clock,
    async person(role, email = `${newId<string>().toLowerCase()}@hub.example`) {
      const id = newId<PersonId>();
      await sync.storage.write(async (tx) => {
        await tx
          .insertInto('person')
          .values({
            id,
            authority_id: authority,
            email,
            name: role,
            phone: '',
            password_hash: '',
            is_active: 1,
            created_at: 0,
          })
          .execute();
        await tx
          .insertInto('membership')
          .values({
            id: newId<string>(),
            authority_id: authority,
            person_id: id,
            role,
            organisation_id: null,
            created_at: 0,
            ended_at: null,
          })
          .execute();
      });
      return {
        id,
        email,
        async device() {
          const device = newId<DeviceId>();
          await sync.storage.write((tx) =>
            insertDevice(tx, {
              id: device,
              authority_id: authority,
              person_id: id,
              public_key: '',
              last_stamp: 0,
              created_at: 0,
              revoked_at: null,
            }),
          );
          return new TestDevice(hub, {
            authorityId: authority,
            authorityName: 'Authority',
            personId: id,
            personName: role,
            email: `${role}@example.org`,
            phone: '',
            roles: [role],
            deviceId: device,
            deviceKey: undefined,
            nonce: '',
            tokenHash: '',
            expiresAt: Infinity,
          });
        },
      };
    },
    async restart(release = known, upgrade = {}) {
      if (release.version > known.version)
        past = { definitions: [...past.definitions, known], upgrades: [...past.upgrades, upgrade] };
      known = release;
      await sync.storage.close();
      sync = await open();
    },
    async copy() {
      await sync.storage.close();
      const copied = `${file}.${newId<string>()}`;
      copyFileSync(file, copied);
      cpSync(join(folder, 'second-place'), `${copied}.second-place`, { recursive: true });
      sync = await open();
      return async ({ withSecondPlace } = {}) => {
        await sync.storage.close();
        copyFileSync(copied, file);
        if (withSecondPlace === true) {
          rmSync(join(folder, 'second-place'), { recursive: true });
          cpSync(`${copied}.second-place`, join(folder, 'second-place'), { recursive: true });
        }
        sync = await open();
      };
    },
    async beside() {
      const second = await open(database.openBeside(sync.storage), 'second-place-beside');
      const close = async () => {
        await second.textWork.close();
        await second.storage.close();
      };
      return { ...hub, sync: second, close };
    },
    async close() {
      await sync.textWork.close();
      await sync.storage.close();
      await database.dispose();
      rmSync(folder, { recursive: true });
    },
  };
  return hub;
}

export type Asked = Partial<Pick<Push, 'runs' | 'commands' | 'pull' | 'want' | 'account' | 'sent' | 'jumped'>>;

/** A device as the server sees it: what it sends, and the cursor that it has folded in. */
export class TestDevice {
  readonly hub: TestHub;
  readonly session: SessionFacts;
  cursor: Cursor = null;

  constructor(hub: TestHub, session: SessionFacts) {
    this.hub = hub;
    this.session = session;
  }

  get person(): PersonId {
    return this.session.personId;
  }

  /** The same device, asking another server process. */
  at(hub: TestHub): TestDevice {
    return new TestDevice(hub, this.session);
  }

  async email(): Promise<string> {
    const row = await this.hub.sync.storage.db
      .selectFrom('person')
      .select('email')
      .where('id', '=', this.person)
      .executeTakeFirstOrThrow();
    return row.email;
  }

  body(asked: Asked): Push {
    // Through the wire's own shape, so that no test sends what the door would refuse.
    return pushShape.parse({
      v: protocolVersion,
      account: this.person,
      device: this.session.deviceId,
      sent: this.hub.clock.now,
      jumped: false,
      cursor: this.cursor,
      pull: false,
      want: [],
      runs: [],
      commands: [],
      ...asked,
    });
  }

  async push(asked: Asked): Promise<PushReply> {
    const result = await applyPush(this.hub.sync, this.session, this.body(asked), this.hub.clock.now);
    if (!result.ok) throw new Error(`refused: ${result.reason}`);
    if (result.reply.frame !== undefined) this.cursor = result.reply.frame.to;
    return result.reply;
  }

  async write(...runs: Run[]): Promise<EditVerdict[]> {
    return [...(await this.push({ runs })).verdicts];
  }

  async command(
    name: CommandName,
    doc: DocumentId,
    args: Record<string, Json> = {},
    rest: Partial<Command> = {},
  ): Promise<CommandVerdict> {
    const command = { id: newId(), doc, name, args, seen: {}, ...rest } as Push['commands'][number];
    const [answer] = (await this.push({ commands: [command] })).commands;
    if (answer === undefined) throw new Error('the command had to wait');
    return answer.verdict;
  }

  async start(): Promise<DocumentId> {
    const doc = newId<DocumentId>();
    const verdict = await this.command('start', doc, { kind: 'request', form: 1 });
    if (verdict.is !== 'done') throw new Error(`not started: ${verdict.reason}`);
    return doc;
  }

  async pull(want: DocumentId[] = []): Promise<Frame> {
    const { frame } = await this.push({ pull: true, want });
    if (frame === undefined) throw new Error('a pull brought no frame');
    return withListed(frame);
  }

  /** Everything that the server has for this device from where it stands. */
  async pullAll(want: DocumentId[] = []): Promise<Change[]> {
    const changes: Change[] = [];
    for (;;) {
      const frame = await this.pull(want);
      changes.push(...frame.changes);
      if (!frame.more) return changes;
    }
  }
}

export const newPen = (): PenId => newId<PenId>();

export function run(doc: DocumentId, pen: PenId, edits: readonly WireEdit[], base: Record<string, number> = {}): Run {
  return { doc, pen, form: 1, base, edits: [...edits] };
}
export const edit = (n: number, kind: EditKind, holder: string, field: string, value: Json, made = 0): WireEdit => [
  n,
  kind,
  holder as SectionKey,
  field,
  value,
  made,
];
export const set = (n: number, field: string, value: Json, made = 0): WireEdit =>
  edit(n, 'set', 'child', field, value, made);

/** What a person types into a text that nobody has written in yet. */
export function typed(pen: PenId, words: string): string {
  const document = new Y.Doc();
  document.clientID = clientIdOfPen(pen);
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(words)]);
  document.getXmlFragment('text').insert(0, [paragraph]);
  return base64OfBytes(Y.encodeStateAsUpdate(document));
}
