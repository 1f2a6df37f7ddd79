/**
 * A statement of one shape is put together once and run many times: building one anew costs more than running it. The
 * shape is an ordinary query in which each value is a `given`; when it runs, what is given stands there.
 */
import {
  sql,
  type Compilable,
  type CompiledQuery,
  type Expression,
  type Insertable,
  type Kysely,
  type SqlBool,
} from 'kysely';
import { atHand, isPostgres } from './dialect.ts';
import type { Tables } from './schema.ts';

type Db = Kysely<Tables>;

/** The text of the statement may not depend on what is given, only its values may. */
export function prepared<Given extends object, Row>(
  shape: (db: Db, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row[]> {
  const compiled = new Map<boolean, CompiledQuery>();
  return async (db, given) => {
    const dialect = isPostgres(db);
    const query = compiled.get(dialect) ?? shape(db, placeholders as Given).compile();
    compiled.set(dialect, query);
    const parameters = query.parameters.map((one) =>
      one instanceof Placeholder ? (given as Record<string, unknown>)[one.name] : one,
    );
    const ask = async () => {
      const askNow = atHand(db);
      if (askNow !== undefined) return askNow(query.sql, parameters) as Row[];
      return (await db.executeQuery<Row>({ ...query, parameters } as CompiledQuery<Row>)).rows;
    };
    const answers = answersIn.get(db);
    if (answers === undefined) return ask();
    const known = answers.get(compiled) ?? new Map<string, Promise<unknown[]>>();
    answers.set(compiled, known);
    const key = JSON.stringify(parameters);
    const answer = known.get(key) ?? ask();
    known.set(key, answer);
    return answer as Promise<Row[]>;
  };
}

/**
 * Reads of one moment: the same statement with the same values has one answer, which is asked for once and shared.
 * Nobody may change a row that was read.
 */
export function answeringOnce(moment: Db): Db {
  if (!answersIn.has(moment)) answersIn.set(moment, new Map());
  return moment;
}
const answersIn = new WeakMap<Db, Map<object, Map<string, Promise<unknown[]>>>>();

/** What follows from what was read, worked out once for all who were given the same answer. */
export function onceEach<Read extends object, Made>(make: (read: Read) => Made): (read: Read) => Made {
  const made = new WeakMap<Read, { readonly is: Made }>();
  return (read) => {
    const known = made.get(read) ?? { is: make(read) };
    made.set(read, known);
    return known.is;
  };
}

export function preparedOne<Given extends object, Row>(
  shape: (db: Db, given: Given) => Compilable<Row>,
): (db: Db, given: Given) => Promise<Row | undefined> {
  const all = prepared(shape);
  return async (db, given) => (await all(db, given))[0];
}

/** Adds a row; `over` names the columns by which one that is there already is known, and is then written over. */
export function preparedInsert<Table extends keyof Tables & string>(
  table: Table,
  over?: readonly (keyof Tables[Table] & string)[],
): (tx: Db, row: Insertable<Tables[Table]>) => Promise<void> {
  const byColumns = new Map<string, (db: Db, row: object) => Promise<unknown[]>>();
  return async (tx, row) => {
    const names = Object.keys(row);
    const statement =
      byColumns.get(names.join()) ?? prepared<object, unknown>((db) => insertInto(db, table, names, over));
    byColumns.set(names.join(), statement);
    await statement(tx, row);
  };
}

function insertInto(db: Db, table: string, names: readonly string[], over: readonly string[] | undefined) {
  const values = Object.fromEntries(names.map((name) => [name, new Placeholder(name)]));
  const insert = (db as unknown as Kysely<UntypedTables>).insertInto(table).values(values);
  return over === undefined ? insert : insert.onConflict((o) => o.columns([...over]).doUpdateSet(values as object));
}
type UntypedTables = Record<string, Record<string, unknown>>;

/** A list of any length in one shape: `list` holds its members as JSON text. */
export const isIn = (db: Db, column: Expression<string>, list: string) =>
  isPostgres(db)
    ? sql<SqlBool>`${column} in (select json_array_elements_text(${list}::json))`
    : sql<SqlBool>`${column} in (select value from json_each(${list}))`;

class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}
const placeholders = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) });
