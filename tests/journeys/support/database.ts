/** What the server has on disk, read by a connection of its own that cannot write. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { linesOfTree } from '#lib/forms/tree-lines.ts';
import type { Json } from '#sync/model/edit.ts';
import type { TextTree } from '#sync/model/state.ts';
import type { WireEdit } from '#sync/protocol/push.ts';
import { ask } from '#tests/postgres/databases.ts';
import { addressFile } from './two-servers.ts';

export interface StoredField {
  readonly value: Json;
  readonly conflict: string | null;
}
export interface LoggedEdit {
  readonly pen: string;
  readonly person: string;
  readonly edit: WireEdit;
  readonly verdict: string;
}
export interface StoredDatabase {
  /** The documents that hold this last name of a child, newest first. */
  documentOf(lastName: string): string | undefined;
  field(doc: string, holder: string, field: string): StoredField | undefined;
  /** Lines of a rich text. */
  text(doc: string, holder: string, field: string): readonly string[];
  /** Items that are present, each with its plain fields. */
  items(doc: string, list: string): readonly { readonly id: string; readonly fields: Readonly<Record<string, Json>> }[];
  log(doc: string): readonly LoggedEdit[];
  /** Every edit of all documents that was refused, with the reason. */
  refused(): readonly string[];
  rows(sql: string, ...parameters: (string | number)[]): readonly Readonly<Record<string, unknown>>[];
}

/** Opened anew for each look, because the server may be killed and started between two of them. */
export function readDatabase<T>(folder: string, look: (database: StoredDatabase) => T): T {
  const address = addressIn(folder);
  if (address === undefined) return lookInto(join(folder, 'hub.db'), look);
  const copy = join(mkdtempSync(join(tmpdir(), 'hub-look-')), 'hub.db');
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, 'copy-database.ts'), address, copy]);
    return lookInto(copy, look);
  } finally {
    rmSync(dirname(copy), { recursive: true });
  }
}

/** As somebody would who forgot theirs and had it set anew. */
export async function setPasswordHash(folder: string, email: string, hash: string): Promise<void> {
  const address = addressIn(folder);
  if (address !== undefined)
    return ask(address, 'UPDATE person SET password_hash = $1 WHERE email = $2', [hash, email]);
  const database = new Database(join(folder, 'hub.db'));
  database.prepare('UPDATE person SET password_hash = ? WHERE email = ?').run(hash, email);
  database.close();
}

/** Undefined where the folder itself holds the database. */
function addressIn(folder: string): string | undefined {
  const file = join(folder, addressFile);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function lookInto<T>(file: string, look: (database: StoredDatabase) => T): T {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  const all = (sql: string, ...parameters: (string | number)[]) =>
    database.prepare(sql).all(...parameters) as Readonly<Record<string, unknown>>[];
  try {
    return look({
      rows: all,
      documentOf(lastName) {
        const [row] = all(
          `SELECT document_id FROM field WHERE holder = 'child' AND field = 'last_name' AND value = ? ORDER BY at DESC`,
          JSON.stringify(lastName),
        );
        return row?.document_id as string | undefined;
      },
      field(doc, holder, field) {
        const [row] = all(
          'SELECT value, conflict FROM field WHERE document_id = ? AND holder = ? AND field = ?',
          doc,
          holder,
          field,
        );
        return row && { value: JSON.parse(row.value as string) as Json, conflict: row.conflict as string | null };
      },
      text(doc, holder, field) {
        const [row] = all(
          'SELECT tree FROM text WHERE document_id = ? AND holder = ? AND field = ?',
          doc,
          holder,
          field,
        );
        return row === undefined ? [] : linesOfTree(JSON.parse(row.tree as string) as TextTree);
      },
      items: (doc, list) =>
        all(
          'SELECT id FROM item WHERE document_id = ? AND list = ? AND gone IS NULL ORDER BY item_order, id',
          doc,
          list,
        ).map(({ id }) => ({
          id: id as string,
          fields: Object.fromEntries(
            all('SELECT field, value FROM field WHERE document_id = ? AND holder = ?', doc, id as string).map(
              ({ field, value }) => [field as string, JSON.parse(value as string) as Json],
            ),
          ),
        })),
      refused: () =>
        all('SELECT edits, verdicts FROM log').flatMap((row) => {
          const edits = JSON.parse(row.edits as string) as WireEdit[];
          const verdicts = JSON.parse(row.verdicts as string) as { is: string; reason?: string }[];
          return verdicts.flatMap(({ is, reason }, at) =>
            is === 'refused' ? [`${edits[at]?.[1] ?? ''} of ${edits[at]?.[3] ?? ''}: ${reason ?? ''}`] : [],
          );
        }),
      log: (doc) =>
        all('SELECT pen, person_id, edits, verdicts FROM log WHERE document_id = ? ORDER BY id', doc).flatMap((row) => {
          const verdicts = JSON.parse(row.verdicts as string) as { is: string }[];
          return (JSON.parse(row.edits as string) as WireEdit[]).map((edit, at) => ({
            pen: row.pen as string,
            person: row.person_id as string,
            edit,
            verdict: verdicts[at]?.is ?? 'none',
          }));
        }),
    });
  } finally {
    database.close();
  }
}
