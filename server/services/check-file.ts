/**
 * The gate of this release: the length, the hash of the whole, and that the bytes are what the name and the announced
 * type say. It does not look for viruses; see the decision record.
 */
import { createHash } from 'node:crypto';
import { kindOfFile } from '#sync/files/allowed-files.ts';
import { headBytes, refusalOfContent, tailBytes } from '#sync/files/content.ts';
import type { Reason } from '#sync/reasons.ts';
import type { FileStore } from '#server/adapters/files/file-store.ts';
import type { AttachmentRow } from '#server/storage/attachments.ts';

export async function checkFile(
  { name, type, stored_as: storedAs, size_bytes: sizeBytes, sha256 }: AttachmentRow,
  store: FileStore,
): Promise<Reason | undefined> {
  const kind = kindOfFile(name);
  if (kind === undefined || kind.type !== type) return 'file-type';
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
