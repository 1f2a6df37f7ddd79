/**
 * Judges what the server says and keeps, by plain questions to the database and by the simulation's own memory. It
 * shares no code with the project's rights, fold or feed.
 */
import { sql } from 'kysely';
import type { Storage } from '#server/storage/database.ts';
import type { Who } from './template.ts';
import type { Typed } from './typed.ts';

const wordPattern = /«?(?:senco|parent|colleague|officer|stranger)-\d+»?/g;

export class Oracle {
  readonly failures: string[] = [];
  framesJudged = 0;
  wordsJudged = 0;
  readonly #typed: Typed;
  constructor(typed: Typed) {
    this.#typed = typed;
  }

  /** Who may read a document now: its starter, whom it is shared with, and officers once it was received. */
  async readers(storage: Storage, doc: string): Promise<Set<string>> {
    const { rows } = await sql<{ person: string }>`
      select starter_id as person from document where id = ${doc} and stage <> 'deleted'
      union select s.person_id from share s join document d on d.id = s.document_id where d.id = ${doc} and d.stage in ('draft', 'received') and s.ended_at is null
      union select m.person_id from membership m, document d where d.id = ${doc} and d.stage = 'received' and m.role in ('co-ordinator', 'authority-manager') and m.ended_at is null`.execute(
      storage.db,
    );
    return new Set(rows.map(({ person }) => person));
  }

  /** Every answer that carries changes is looked through before it leaves the server. */
  async judgeAnswer(storage: Storage, reader: { person: string; who: Who; name: string }, body: string): Promise<void> {
    const frame = (
      JSON.parse(body) as { frame?: { changes: { t: string; doc: string }[]; manifest?: { doc: string }[] } }
    ).frame;
    if (frame === undefined) return;
    this.framesJudged += 1;
    const allowed = new Map<string, boolean>();
    const may = async (doc: string) => {
      if (!allowed.has(doc)) allowed.set(doc, (await this.readers(storage, doc)).has(reader.person));
      return allowed.get(doc) === true;
    };
    for (const { doc } of frame.manifest ?? [])
      if (!(await may(doc))) this.fail(`${reader.name} was told that a document exists that is not theirs`);
    for (const change of frame.changes) {
      if (change.t === 'gone' || change.t === 'mine') continue;
      if (!(await may(change.doc))) {
        this.fail(`${reader.name} was sent a ${change.t} of a document that is not theirs`);
        continue;
      }
      const words = JSON.stringify(change).match(wordPattern) ?? [];
      for (const word of words) await this.#judgeWord(storage, reader, change.doc, word);
    }
  }

  /** Others' words must stand in the document now: what was replaced or deleted is nobody else's to read. */
  async #judgeWord(storage: Storage, reader: { who: Who; name: string }, doc: string, word: string): Promise<void> {
    this.wordsJudged += 1;
    const home = this.#typed.everTyped.get(word) ?? this.#typed.everTyped.get(JSON.stringify(word));
    if (home !== undefined && home !== doc) this.fail(`${reader.name} was sent words of another document`);
    if (word.replace('«', '').startsWith(`${reader.who}-`)) return;
    const like = `%${word}%`;
    const { rows } = await sql<{ one: number }>`
      select 1 as one from field where document_id = ${doc} and (value like ${like} or sides like ${like} or base like ${like})
      union select 1 from text where document_id = ${doc} and tree like ${like}`.execute(storage.db);
    if (rows.length === 0) this.fail(`${reader.name} was sent words that do not stand in the document: ${word}`);
  }

  /** Each edit was applied once: pen and number name one log entry, a marker stands once in its text. */
  async judgeLog(storage: Storage): Promise<void> {
    const { rows: runs } = await sql<{
      pen: string;
      n_first: number;
      n_last: number;
    }>`select pen, n_first, n_last from log order by pen, n_first`.execute(storage.db);
    runs.forEach((run, at) => {
      const before = runs[at - 1];
      if (before?.pen === run.pen && before.n_last >= run.n_first)
        this.fail(`an edit was applied twice: ${run.pen}.${run.n_first}`);
    });
    const { rows: texts } = await sql<{ tree: string }>`select tree from text`.execute(storage.db);
    for (const { tree } of texts) {
      const markers = tree.match(/«[a-z]+-\d+»/g) ?? [];
      if (new Set(markers).size !== markers.length) this.fail('a marker stands twice in one text');
    }
  }

  /** Every word that a device called saved is in the server's log, in a text, or among its author's set-aside words. */
  async judgeClaims(storage: Storage, setAside: (who: string, doc: string) => string): Promise<number> {
    let judged = 0;
    for (const claim of this.#typed.claims()) {
      judged += 1;
      const needle = JSON.stringify(claim.value).slice(1, -1);
      const like = `%${needle}%`;
      if (setAside(claim.who, claim.doc).includes(needle)) continue;
      const { rows } = await sql<{ found: string }>`
        select 'mine' as found from mine where document_id = ${claim.doc} and (value like ${like} or standing like ${like})
        union select 'item' from item where document_id = ${claim.doc} and id = ${needle}
        union select 'text' from text where document_id = ${claim.doc} and tree like ${like}
        union select 'log' from log where document_id = ${claim.doc} and edits like ${like} and verdicts not like '%refused%'`.execute(
        storage.db,
      );
      const where = new Set(rows.map(({ found }) => found));
      if (claim.what === 'text' && (await this.#isInParkedText(storage, claim.doc, needle))) where.add('mine');
      const isFound =
        claim.what === 'text'
          ? where.has('text') || where.has('mine')
          : claim.what === 'item'
            ? where.has('item') || where.has('mine')
            : where.has('log') || where.has('mine');
      if (!isFound) this.fail(`lost: ${claim.who} was told that ${claim.what} ${needle} was saved, and it is nowhere`);
    }
    return judged;
  }

  /** A parked text edit is kept as it came: bytes in which the words can be read. */
  async #isInParkedText(storage: Storage, doc: string, marker: string): Promise<boolean> {
    const { rows } = await sql<{
      value: string;
    }>`select value from mine where document_id = ${doc} and what = 'parked'`.execute(storage.db);
    return rows.some(({ value }) => {
      const edit = JSON.parse(value) as unknown;
      return typeof edit === 'string' && Buffer.from(edit, 'base64').toString('utf8').includes(marker);
    });
  }

  fail(what: string): void {
    this.failures.push(what);
  }
}
