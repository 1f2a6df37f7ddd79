/**
 * The receipt of something that was sent: a signed statement of the case number, the instant and the hash of what was
 * received. Ed25519 gives the same signature for the same words, so a receipt that was lost on the way is made again.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import type { CommandVerdict } from '#sync/model/command.ts';
import { setReceipt, snapshotByHash } from '#server/storage/events.ts';
import type { Storage } from '#server/storage/database.ts';
import { canonicalJson } from './audit.ts';
import { deriveKey } from './keys.ts';

export interface ReceiptSigner {
  readonly publicKey: KeyObject;
  /** The verdict as the device gets it: with the receipt, where there is something to receipt. */
  withReceipt(documentId: string, verdict: CommandVerdict): Promise<CommandVerdict>;
}

export function receiptSigner(secret: string, storage: Storage): ReceiptSigner {
  const seed = deriveKey(secret, 'receipt/v1');
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(key),
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

/** What stands before the 32 secret bytes in the file format of such keys. */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
