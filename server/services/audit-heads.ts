/**
 * Every five minutes, or after a thousand entries, the newest hash of each chain is signed and noted in the second place,
 * which the database cannot reach: whoever cuts or rewrites the chain, hashes and all, cannot make that undone.
 */
import { createPublicKey, sign, verify } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { SecondPlace } from '#server/adapters/second-place/second-place.ts';
import { lastAudits } from '#server/storage/audit.ts';
import type { Note, SignedHead } from '#server/storage/notes.ts';
import { feedHeads } from '#server/storage/restored.ts';
import type { Tables } from '#server/storage/schema.ts';
import { canonicalJson, verifyAudit, type Verification } from './audit.ts';
import { deriveKey, ed25519Of } from './keys.ts';

export interface HeadSigner {
  sign(head: Omit<SignedHead, 'is' | 'signature'>): SignedHead;
  isSigned(head: SignedHead): boolean;
}

export function headSigner(secret: string): HeadSigner {
  const key = ed25519Of(deriveKey(secret, 'audit/v1'));
  const publicKey = createPublicKey(key);
  const bytesOf = ({ of, last, hash, at }: Omit<SignedHead, 'is' | 'signature'>) =>
    Buffer.from(canonicalJson({ of, last, hash, at }));
  return {
    sign: (head) => ({ is: 'audit', ...head, signature: sign(null, bytesOf(head), key).toString('base64url') }),
    isSigned: (head) => verify(null, bytesOf(head), publicKey, Buffer.from(head.signature, 'base64url')),
  };
}

export interface Verified {
  readonly authority: string;
  readonly verification: Verification;
}

/** Every authority's chain against everything that was signed of it. */
export async function verifyAll(
  db: Kysely<Tables>,
  place: SecondPlace,
  signer: Pick<HeadSigner, 'isSigned'>,
): Promise<Verified[]> {
  const heads = await signedHeads(place);
  const verified: Verified[] = [];
  for (const { authority_id: authority } of await feedHeads(db)) {
    const signed = heads.filter(({ of }) => of === authority);
    verified.push({ authority, verification: await verifyAudit(db, authority, signed, signer.isSigned) });
  }
  return verified;
}

async function signedHeads(place: SecondPlace): Promise<SignedHead[]> {
  const heads: SignedHead[] = [];
  for await (const line of place.read())
    heads.push(...(JSON.parse(line) as Note[]).filter((one): one is SignedHead => one.is === 'audit'));
  return heads;
}

const againMs = 5 * 60_000;
const entriesMax = 1_000;

export interface HeadWatch {
  /** Asked every few seconds. `isLast`: the server stops, and whatever is not signed yet is signed now. */
  look(isLast?: boolean): Promise<void>;
}

export function watchHeads(db: Kysely<Tables>, place: SecondPlace, signer: HeadSigner, now: () => number): HeadWatch {
  const signed = new Map<string, { readonly last: number; readonly at: number }>();
  return {
    async look(isLast = false) {
      const at = now();
      for (const { authority_id: of, id: last, hash } of await lastAudits(db)) {
        const before = signed.get(of);
        const isDue = isLast || before === undefined || at - before.at >= againMs || last - before.last >= entriesMax;
        if (before?.last === last || !isDue) continue;
        await place.add(JSON.stringify([signer.sign({ of, last, hash, at })]), true);
        signed.set(of, { last, at });
      }
    },
  };
}
