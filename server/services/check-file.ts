/**
 * The gate of this release: the length, the hash of the whole, that the bytes are what the name and the announced type
 * say, and what is inside of containers. A picture comes out of it as a copy that holds its dots and nothing else. It does
 * not look for viruses; see the decision record.
 */
import { createHash, type Hash } from 'node:crypto';
import { kindOfFile, type FileKind } from '#sync/files/allowed-files.ts';
import { headBytes, isContainer, refusalOfContent, tailBytes } from '#sync/files/content.ts';
import type { Reason } from '#sync/reasons.ts';
import { pictureKinds, type FileWork, type PictureKind, type WorkFault } from '#server/adapters/file-work/file-work.ts';
import type { FileStore } from '#server/adapters/files/file-store.ts';
import type { AttachmentRow } from '#server/storage/attachments.ts';

/** Complete in the store, under a name of its own, before anybody hears of it. */
export interface Copy {
  readonly as: string;
  readonly bytes: number;
  readonly hash: string;
}
export type Checked =
  | { readonly is: 'ready'; readonly copy?: Copy }
  | { readonly is: 'held' | 'refused'; readonly reason: Reason }
  /** Whatever looked into it ended before it had an answer. */
  | { readonly is: 'lost' };

export async function checkFile(
  row: AttachmentRow,
  copyAs: string,
  { store, work }: { readonly store: FileStore; readonly work: FileWork },
): Promise<Checked> {
  const kind = kindOfFile(row.name);
  if (kind === undefined || kind.type !== row.type) return { is: 'refused', reason: 'file-type' };
  const refusal = await refusalOf(kind, row, store);
  if (refusal !== undefined) return { is: 'refused', reason: refusal };
  const person = row.person_id;
  if (isContainer(kind)) {
    const end = await work.run(person, 'container', store.read(row.stored_as), async (nothing) => {
      for await (const part of nothing) void part;
    });
    return end === 'done' ? { is: 'ready' } : notReady(end);
  }
  if (kind.group !== 'picture') return { is: 'ready' };
  const picture = drawnAnew(row.name);
  if (picture === undefined) return { is: 'held', reason: 'picture-held' };
  const hash = createHash('sha256');
  let bytes = 0;
  const end = await work.run(person, picture, store.read(row.stored_as), async (copy) => {
    bytes = await store.append(copyAs, hashed(hash, copy));
  });
  if (end !== 'done') return notReady(end);
  if (bytes === 0) throw new Error('a copy of a picture was called done and is empty');
  return { is: 'ready', copy: { as: copyAs, bytes, hash: hash.digest('base64url') } };
}

/** Of a picture nothing is handed out but a copy, whoever asks. */
export const needsCopy = (name: string): boolean => kindOfFile(name)?.group === 'picture';

/** Undefined for kinds of pictures that this release cannot read. */
export function drawnAnew(name: string): PictureKind | undefined {
  const content = kindOfFile(name)?.content;
  return pictureKinds.find((kind) => kind === content);
}

async function refusalOf(
  kind: FileKind,
  { stored_as: storedAs, size_bytes: sizeBytes, sha256 }: AttachmentRow,
  store: FileStore,
): Promise<Reason | undefined> {
  const hash = createHash('sha256');
  const head = Buffer.alloc(Math.min(headBytes, sizeBytes));
  let length = 0;
  for await (const part of store.read(storedAs)) {
    hash.update(part);
    if (length < head.length) head.set(part.subarray(0, head.length - length), length);
    length += part.length;
  }
  if (length !== sizeBytes || hash.digest('base64url') !== sha256) return 'file-damaged';
  const tail: Uint8Array[] = [];
  for await (const part of store.read(storedAs, Math.max(0, sizeBytes - tailBytes))) tail.push(part);
  return refusalOfContent(kind, { head, tail: Buffer.concat(tail), sizeBytes });
}

const notReady = (end: WorkFault | 'lost'): Checked =>
  end === 'lost' ? { is: 'lost' } : { is: 'refused', reason: reasonsOf[end] };
const reasonsOf: Readonly<Record<WorkFault, Reason>> = {
  unreadable: 'picture-unreadable',
  'too-many-pixels': 'picture-too-many-dots',
  'not-as-listed': 'file-not-what-it-says',
  'too-much': 'file-takes-too-much',
};

async function* hashed(hash: Hash, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const part of bytes) {
    hash.update(part);
    yield part;
  }
}
