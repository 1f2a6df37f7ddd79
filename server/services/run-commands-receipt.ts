/**
 * The receipt of something that was sent: a signed statement of the case number, the instant and the hash of what was
 * received. Ed25519 gives the same signature for the same words, so a receipt that was lost on the way is made again.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import * as z from 'zod/mini';
import type { Command, CommandVerdict } from '#sync/model/command.ts';
import { setReceipt, snapshotByHash } from '#server/storage/events.ts';
import type { Storage } from '#server/storage/database.ts';
import { canonicalJson } from './audit.ts';
import { deriveKey, ed25519Of } from './keys.ts';

export interface ReceiptSigner {
  readonly publicKey: KeyObject;
  /** The verdict as the device gets it: with the receipt, where there is something to receipt. */
  withReceipt(documentId: string, verdict: CommandVerdict): Promise<CommandVerdict>;
  /** What this server had signed for the same document, in a time that it has lost. */
  given(command: Pick<Command, 'doc' | 'receipt'>): Receipt | undefined;
}

const receiptShape = z.object({
  document: z.string(),
  caseNumber: z.string(),
  receivedAt: z.number(),
  receivedOn: z.string(),
  snapshotHash: z.string(),
});
export type Receipt = z.infer<typeof receiptShape>;

export function receiptSigner(secret: string, storage: Storage): ReceiptSigner {
  const key = ed25519Of(deriveKey(secret, 'receipt/v1'));
  const publicKey = createPublicKey(key);
  return {
    publicKey,
    given({ doc, receipt }) {
      // By the signature itself and at once: inside a transaction nothing but queries is awaited.
      const [header = '', statement = '', signature = ''] = receipt?.split('.') ?? [];
      const isSigned = verify(
        null,
        Buffer.from(`${header}.${statement}`),
        publicKey,
        Buffer.from(signature, 'base64url'),
      );
      if (!isSigned) return undefined;
      const read = receiptShape.safeParse(JSON.parse(Buffer.from(statement, 'base64url').toString()));
      return read.success && read.data.document === doc ? read.data : undefined;
    },
    async withReceipt(documentId, verdict) {
      if (verdict.is !== 'done' || typeof verdict.result.snapshotHash !== 'string') return verdict;
      const statement = canonicalJson({ document: documentId, ...verdict.result });
      const receipt = await new CompactSign(Buffer.from(statement))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'receipt/v1' })
        .sign(key);
      const snapshot = await snapshotByHash(storage.db, documentId, verdict.result.snapshotHash);
      if (snapshot?.receipt === null) await storage.write((tx) => setReceipt(tx, snapshot.id, receipt));
      return { ...verdict, result: { ...verdict.result, receipt } };
    },
  };
}
