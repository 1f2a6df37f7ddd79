import { generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuditRow } from '#server/storage/audit.ts';
import type { SignedHead } from '#server/storage/notes.ts';
import { SeededRandom } from '#tests/simulation/random.ts';
import { canonicalJson, chain, sha256, verifyChain } from './audit.ts';
import { headSigner } from './audit-heads.ts';

const authority = 'authority-000001';
const signer = headSigner('a secret of the test, long enough');
const many = 60;
const headEvery = 12;

interface Record {
  rows: AuditRow[];
  end: string;
  heads: SignedHead[];
}
function whole(random: SeededRandom): Record {
  const rows: AuditRow[] = [];
  const heads: SignedHead[] = [];
  let previous = '';
  for (let id = 1; id <= many; id += 1) {
    const entry = {
      at: 1_800_000_000_000 + id * 1_000,
      actor: random.pick(['person-000000001', 'person-000000002', null]),
      deviceId: random.pick(['device-000000001', null]),
      action: random.pick(['edits', 'command.share', 'delivered', 'signed-in']),
      documentId: random.pick(['document-0000001', 'document-0000002', null]),
      detail: { edits: random.below(9) },
    };
    const row = { id, ...chain(entry, authority, id, previous) } as AuditRow;
    rows.push(row);
    previous = row.hash;
    if (id % headEvery === 0) heads.push(signer.sign({ of: authority, last: id, hash: row.hash, at: row.at }));
  }
  return { rows, end: previous, heads };
}
const verified = ({ rows, end, heads }: Record) => verifyChain(rows, end, heads, signer.isSigned);

const told = ['seq', 'at', 'actor', 'device_id', 'action', 'document_id', 'detail'] as const;
function altered(row: AuditRow, random: SeededRandom, columns: readonly (keyof AuditRow)[] = told): AuditRow {
  const column = random.pick([...columns]);
  const value = row[column];
  if (typeof value === 'number') return { ...row, [column]: value + 1 + random.below(1_000) };
  if (value === null) return { ...row, [column]: 'person-000000009' };
  return { ...row, [column]: random.chance(20) ? `${value}x` : value.slice(0, -1) + (value.endsWith('0') ? '1' : '0') };
}
/** As somebody does it who knows how the chain is made: every hash from `from` on is right again, and so is the end. */
function mended({ rows, heads }: Record, from: number): Record {
  let previous = rows[from - 1]?.hash ?? '';
  const again = rows.slice(from).map(({ id, hash: _, previous: __, ...rest }) => {
    const content = { ...rest, previous };
    previous = sha256(canonicalJson(content));
    return { id, ...content, hash: previous };
  });
  return { rows: [...rows.slice(0, from), ...again] as AuditRow[], end: previous, heads };
}

type Tampering = (record: Record, at: number, random: SeededRandom) => Record;
const alter: Tampering = (record, at, random) => ({
  ...record,
  rows: record.rows.map((row, index) => (index === at ? altered(row, random, [...told, 'previous', 'hash']) : row)),
});
const remove: Tampering = (record, at, random) => ({
  ...record,
  rows: record.rows.toSpliced(at, 1 + random.below(3)),
});
const insert: Tampering = (record, at, random) => {
  const copy = { ...random.pick(record.rows), previous: record.rows[at - 1]?.hash ?? '' };
  return { ...record, rows: record.rows.toSpliced(at, 0, copy) };
};
const reorder: Tampering = (record, at, random) => {
  const other = (at + 1 + random.below(record.rows.length - 1)) % record.rows.length;
  const rows = [...record.rows];
  [rows[at], rows[other]] = [rows[other] as AuditRow, rows[at] as AuditRow];
  return { ...record, rows };
};
const kinds: Readonly<{ [name: string]: Tampering }> = {
  alter,
  remove,
  insert,
  reorder,
  'alter and mend': (record, at, random) => {
    const row = { ...altered(record.rows[at] as AuditRow, random), hash: '' };
    return mended({ ...record, rows: record.rows.with(at, row) }, at);
  },
  'remove and mend': (record, at, random) => mended(remove(record, at, random), at),
  'insert and mend': (record, at, random) => mended(insert(record, at, random), at),
  'reorder and mend': (record, at, random) => mended(reorder(record, at, random), 0),
  cut: (record, at) => ({ ...record, rows: record.rows.slice(0, at), end: record.rows[at - 1]?.hash ?? '' }),
  'sign with another key': (record, at) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const own = mended({ ...record, rows: record.rows.toSpliced(at, 1) }, at);
    const heads = own.rows
      .filter((_, index) => (index + 1) % headEvery === 0)
      .map(({ id: last, hash, at: when }) => {
        const head = { of: authority, last, hash, at: when };
        return {
          ...{ is: 'audit' as const, ...head },
          signature: sign(null, Buffer.from(canonicalJson(head)), privateKey).toString('base64url'),
        };
      });
    return { ...own, heads };
  },
};

const tamperings = 10_000;

test(
  'ten thousand tamperings with the record are found, also those that mend every hash',
  { timeout: 300_000 },
  async () => {
    const random = new SeededRandom(7);
    const record = whole(random);
    expect(await verified(record)).toEqual({ ok: true, entries: many, heads: many / headEvery, lost: 0 });
    const before = JSON.stringify(record);
    const found = new Map<string, number>();
    const missed: string[] = [];
    for (let tries = 0; tries < tamperings; tries += 1) {
      const name = random.pick(Object.keys(kinds));
      const at = random.below(many);
      const tampered = (kinds[name] as Tampering)(record, at, random);
      if (JSON.stringify(tampered) === before) throw new Error(`${name} at ${String(at)} changed nothing`);
      const verification = await verified(tampered);
      if (verification.ok) missed.push(`${name} at ${String(at)}`);
      else found.set(name, (found.get(name) ?? 0) + 1);
    }
    process.stdout.write(
      `audit: ${String(tamperings)} tamperings, found ${[...found].map(([name, count]) => `${name} ${String(count)}`).join(', ')}, missed ${String(missed.length)}\n`,
    );
    expect(missed).toEqual([]);
    for (const name of Object.keys(kinds)) expect(found.get(name) ?? 0).toBeGreaterThan(tamperings / 20);
  },
);

test('what a server lost that was put back is told apart from what somebody rewrote', async () => {
  const record = whole(new SeededRandom(8));
  // Put back to the 30th entry; heads of the 36th, 48th and 60th were signed and are lost.
  const rows = record.rows.slice(0, 30);
  const last = rows.at(-1) as AuditRow;
  const replaced = {
    at: last.at + 60_000,
    ...{ actor: null, deviceId: null, action: 'history.replaced', documentId: null, detail: {} },
  };
  const row = { id: 31, ...chain(replaced, authority, 31, last.hash) } as AuditRow;
  const putBack = { rows: [...rows, row], end: row.hash, heads: record.heads };
  expect(await verified(putBack)).toEqual({ ok: true, entries: 31, heads: 2, lost: 3 });
  // The heads before it must still be there.
  const rewritten = mended({ ...putBack, rows: putBack.rows.toSpliced(3, 1) }, 3);
  expect(await verified(rewritten)).toMatchObject({ ok: false, what: 'rewritten', at: 12 });
});
