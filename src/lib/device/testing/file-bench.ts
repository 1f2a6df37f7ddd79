/** A device with files and the Hub they go to, which can be slow, busy, cut off, or of another mind about a file. */
import { IDBFactory } from 'fake-indexeddb';
import { expect } from 'vitest';
import type { CommandVerdict } from '#sync/model/command.ts';
import { makeId, type AttachmentId, type DocumentId, type SectionKey } from '#sync/model/ids.ts';
import type { AttachmentChange } from '#sync/protocol/changes.ts';
import { startFileLoop, type FileLoop } from '../file-loop.ts';
import { openFileShelf, type FileShelf } from '../file-shelf.ts';
import type { AddedFile, FileFacts, NewFile } from '../hub-files.ts';
import { readOutbox } from '../outbox.ts';
import { docRefOf, orderWrite, placeOf } from '../records.ts';
import { seededRandom, testAccount, testDevice, type TestAccount, type TestDevice } from './device.ts';
import { sessionOf, testOwner } from './owner.ts';

export const section = 'documents' as SectionKey;
export const doc = makeId<DocumentId>(seededRandom(9));
const random = seededRandom(11);
export const canary = 'CANARY-Zofia-Kowalczyk';

export const pdf = (size: number) =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.from(canary), random(size - 9 - canary.length)]);
export const fileOf = (bytes: Buffer, name = `${canary}.pdf`, type = 'application/pdf'): NewFile & FileFacts => ({
  file: new File([new Uint8Array(bytes)], name, { type }),
  section,
  category: 'medical',
  datedOn: '2026-05-04',
});
export const idOf = (added: AddedFile): AttachmentId => {
  if (!added.ok) throw new Error(`not added: ${added.reason}`);
  return added.value;
};

/** It keeps what arrives, and can be cut off after so many bytes. */
class FileHub {
  readonly bytes = new Map<string, Buffer>();
  readonly sizes = new Map<string, number>();
  readonly requests: string[] = [];
  cutAfter = Infinity;
  isSignedIn = true;
  status = 0;
  verdict = 'ready';

  answer = async (path: string, init: RequestInit | undefined, device: string): Promise<Response> => {
    if (path === '/api/session')
      return Response.json(this.isSignedIn ? { ...sessionOf(testOwner, 0), device } : {}, {
        status: this.isSignedIn ? 200 : 401,
      });
    const id = path.replace('/api/files/', '');
    const method = init?.method ?? 'GET';
    this.requests.push(method);
    if (this.status !== 0)
      return new Response(null, {
        status: this.status,
        headers: { 'retry-after': '7', ...(this.status === 404 && { 'hub-file-state': 'none' }) },
      });
    if (!this.isSignedIn) return new Response(null, { status: 401 });
    const before = this.bytes.get(id) ?? Buffer.alloc(0);
    const size = this.sizes.get(id) ?? 0;
    if (method === 'GET') return new Response(new Uint8Array(before));
    let now = before;
    if (method === 'PATCH') {
      expect(new Headers(init?.headers).get('upload-offset')).toBe(String(before.length));
      const part = Buffer.from(await (init?.body as Blob).arrayBuffer());
      now = Buffer.concat([before, part.subarray(0, Math.max(0, this.cutAfter - before.length))]);
      this.bytes.set(id, now);
      if (now.length < before.length + part.length) throw new TypeError('cut');
    }
    return new Response(null, {
      status: method === 'HEAD' ? 200 : 204,
      headers: {
        'upload-offset': String(now.length),
        'upload-length': String(size),
        'hub-file-state': now.length === size ? this.verdict : 'arriving',
        ...(this.verdict === 'held' && { 'hub-file-reason': 'picture-held' }),
      },
    });
  };
}

export class FileBench {
  readonly hub: FileHub;
  readonly machine: TestDevice;
  device: TestAccount;
  shelf: FileShelf;
  #loop: FileLoop | undefined;

  private constructor(machine: TestDevice, hub: FileHub, device: TestAccount) {
    this.machine = machine;
    this.hub = hub;
    this.device = device;
    this.shelf = openFileShelf(device.account);
  }

  static async open(): Promise<FileBench> {
    const hub = new FileHub();
    let deviceId = '';
    const machine = testDevice((input, init) => hub.answer(String(input), init, deviceId), {
      factory: new IDBFactory(),
    });
    const device = await accountWithDocument(machine);
    deviceId = device.account.device;
    return new FileBench(machine, hub, device);
  }

  async close(): Promise<void> {
    await this.#loop?.stop();
    await this.device.account.store.close();
  }

  /** As a browser that is killed: nothing is finished, nothing is told. */
  async kill(): Promise<void> {
    this.device.account.store.kill();
    await this.#loop?.stop();
    this.shelf.stop();
    this.#loop = undefined;
  }

  async open(): Promise<void> {
    this.device = await accountWithDocument(this.machine);
    this.shelf = openFileShelf(this.device.account);
  }

  send(): void {
    this.#loop = startFileLoop(this.device.account, this.device.line, (progress) => this.shelf.progress(progress));
  }

  /** What the sync loop does with the Hub's answer to an announcement. */
  async answer(id: AttachmentId, verdict: CommandVerdict = { is: 'done', result: {} }): Promise<void> {
    const { store, news } = this.device.account;
    const order = (await readOutbox(store)).commands.find(
      ({ value }) => value.command.args.id === id && value.verdict === undefined,
    );
    if (order === undefined) throw new Error('nothing was announced');
    this.hub.sizes.set(id, Number(order.value.command.args.sizeBytes ?? this.hub.sizes.get(id)));
    await store.change(() =>
      Promise.resolve({ writes: [orderWrite(order.docRef, order.seq, { ...order.value, verdict })], value: undefined }),
    );
    news.tell({ t: 'folded', docRefs: [order.docRef] });
  }

  stageOf(id: AttachmentId) {
    return this.shelf.kept.current.find((one) => one.id === id)?.stage;
  }

  /** All that lies in the database, as somebody reads it who has no key. */
  async dump(): Promise<string> {
    const { tables } = this.device.database;
    return JSON.stringify(await Promise.all(tables.map((table) => table.toArray())), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
  }

  /** The Hub's own list says this of it. */
  async list(id: AttachmentId, more: Partial<AttachmentChange>): Promise<void> {
    const { store, news } = this.device.account;
    const docRef = await docRefOf(store, doc);
    const change: AttachmentChange = {
      ...{ t: 'attachment', id, doc, section, name: 'a.pdf', sizeBytes: 1, category: 'medical', state: 'ready' },
      ...{ by: {} as never, at: 1, gone: false },
      ...more,
    };
    const { table, named } = placeOf(change);
    const key = await store.ref(table, named);
    await store.change(() =>
      Promise.resolve({ writes: [{ table, key, scope: docRef, value: change }], value: undefined }),
    );
    news.tell({ t: 'folded', docRefs: [docRef] });
  }

  async opened(id: AttachmentId): Promise<Blob> {
    const answered = await this.shelf.open(doc, id);
    if (!answered.ok) throw new Error(answered.reason);
    return answered.value;
  }
}

async function accountWithDocument(machine: TestDevice): Promise<TestAccount> {
  const device = await testAccount(machine);
  const { store } = device.account;
  const docRef = await docRefOf(store, doc);
  const facts = { table: 'documents', key: docRef, scope: docRef, value: { t: 'doc', doc } } as const;
  await store.change(() => Promise.resolve({ writes: [facts], value: undefined }));
  return device;
}
