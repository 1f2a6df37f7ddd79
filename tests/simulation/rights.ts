/**
 * Who may read and write what, and what each person was shown: judged for every frame before it leaves the server, and
 * for everything that a device holds. Written from the rules of the field, without the project's table of roles.
 */
import { settingsIn, type Browser, type HeldRow } from './browser.ts';
import { words, type Oracle } from './oracle.ts';
import type { ServerFile } from './server-file.ts';
import type { Who } from './template.ts';
import type { Typed } from './typed.ts';

export interface Reader {
  readonly person: string;
  readonly who: Who;
  readonly name: string;
}
interface Frame {
  readonly to: string;
  readonly changes: readonly Change[];
  readonly manifest?: readonly { readonly doc: string }[];
}
interface Change {
  readonly t: string;
  readonly doc: string;
  readonly may?: readonly string[];
  readonly state?: string;
  readonly conflict?: unknown;
  readonly section?: string;
  readonly ver?: number;
}
interface Rights {
  readonly readers: ReadonlySet<string>;
  readonly writers: ReadonlySet<string>;
}
/** Rows of a document that come from others; `mine` are one's own words, and the rest is the device's own. */
const contentTables = new Set(['documents', 'sections', 'fields', 'items', 'texts', 'events', 'attachments']);

export class RightsOracle {
  frames = 0;
  readonly framesBy = new Map<string, number>();
  judged = 0;
  rowsJudged = 0;
  readonly #file: ServerFile;
  readonly #typed: Typed;
  readonly #oracle: Oracle;
  /** By person, every word of others that was rightly sent. */
  readonly #shown: Map<string, Set<string>>;
  /** By browser, what was looked at before; and the cursor after which a document must be gone. */
  readonly #looked = new Map<string, Set<string>>();
  readonly #gone = new Map<string, Map<string, string>>();
  /** As they stood after the step before: an answer can have been read a moment before the commit that ends a right. */
  readonly #before = new Map<string, Rights>();
  #standing = { key: '', text: '' };
  constructor(file: ServerFile, typed: Typed, oracle: Oracle, shown: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#file = file;
    this.#typed = typed;
    this.#oracle = oracle;
    this.#shown = new Map([...shown].map(([person, seen]) => [person, new Set(seen)]));
  }

  /** After a step, when no answer is on its way out of the server. */
  stepEnds(): void {
    for (const { id } of this.#file.all<{ id: string }>('select id from document')) this.#before.set(id, this.of(id));
  }

  /** An older file was put back: the same numbers stand for something else from now on. */
  forget(): void {
    this.#standing = { key: '', text: '' };
    this.#before.clear();
  }

  shown(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#shown;
  }

  /** Its starter, whom it is shared with, and officers once it was received; it is written in while it is a draft. */
  of(doc: string): Rights {
    const people = this.#file.all<{ person: string; writes: number }>(
      `select starter_id as person, stage = 'draft' as writes from document where id = ? and stage <> 'purged'
       union all select s.person_id, s.access = 'edit' and d.stage = 'draft' from share s join document d on d.id = s.document_id where d.id = ? and d.stage in ('draft', 'received') and s.ended_at is null
       union all select m.person_id, 0 from membership m join document d on d.stage = 'received' where d.id = ? and m.role in ('co-ordinator', 'authority-manager') and m.ended_at is null`,
      doc,
      doc,
      doc,
    );
    return {
      readers: new Set(people.map(({ person }) => person)),
      writers: new Set(people.filter(({ writes }) => writes === 1).map(({ person }) => person)),
    };
  }

  judgeFrame(reader: Reader, browser: string, frame: Frame): void {
    this.frames += 1;
    this.framesBy.set(browser, (this.framesBy.get(browser) ?? 0) + 1);
    if (!this.isOpen(reader.person)) this.#oracle.fail(`${reader.name} was answered after the account was closed`);
    const rights = new Map<string, Rights>();
    const of = (doc: string): Rights => {
      const known = rights.get(doc) ?? this.of(doc);
      rights.set(doc, known);
      return known;
    };
    for (const { doc } of frame.manifest ?? [])
      if (!of(doc).readers.has(reader.person))
        this.#oracle.fail(`${reader.name} was told that a document exists that is not theirs`);
    for (const change of frame.changes) {
      if (change.t === 'gone') {
        const gone = this.#gone.get(browser) ?? new Map<string, string>();
        this.#gone.set(browser, gone.set(change.doc, frame.to));
        continue;
      }
      if (change.t === 'mine') continue;
      this.#gone.get(browser)?.delete(change.doc);
      if (change.t === 'section') this.#oracle.told(browser, change.doc, change.section ?? '', change.ver ?? 0);
      const { readers, writers } = of(change.doc);
      if (!readers.has(reader.person)) {
        this.#oracle.fail(`${reader.name} was sent a ${change.t} of a document that is not theirs`);
        continue;
      }
      if (!writers.has(reader.person) && this.#before.get(change.doc)?.writers.has(reader.person) !== true)
        this.#judgeReader(reader, change);
      this.#judgeWords(reader, change);
    }
  }

  isOpen(person: string): boolean {
    return (
      this.#file.all<{ one: number }>('select 1 as one from person where id = ? and is_active = 1', person).length > 0
    );
  }

  /** Whoever only reads is sent what stands: no rights to write, no undecided answers, no history inside a text. */
  #judgeReader(reader: Reader, { t, state, conflict, may }: Change): void {
    if (t === 'text' && state !== undefined) this.#oracle.fail(`${reader.name} only reads and was sent a text's state`);
    if (t === 'field' && conflict !== undefined)
      this.#oracle.fail(`${reader.name} only reads and was sent an open conflict`);
    if (t === 'section' && may?.includes('write') === true)
      this.#oracle.fail(`${reader.name} only reads and was told to write`);
  }

  /** Others' words must stand in the document now: what was replaced or deleted is nobody else's to read. */
  #judgeWords(reader: Reader, change: Change): void {
    const said = JSON.stringify(change).match(words);
    if (said === null) return;
    const shown = this.#shown.get(reader.person) ?? new Set();
    this.#shown.set(reader.person, shown);
    const standing = this.#standingIn(change.doc);
    for (const word of said) {
      this.judged += 1;
      const home = this.#typed.homes.get(word);
      if (home !== undefined && home !== change.doc)
        this.#oracle.fail(`${reader.name} was sent words of another document: ${word}`);
      else if (!isBy(reader.who, word) && !standing.includes(word))
        this.#oracle.fail(`${reader.name} was sent words that do not stand in the document: ${word}`);
      else shown.add(word);
    }
  }

  #standingIn(doc: string): string {
    const [at] = this.#file.all<{ seq: number }>('select max(seq) as seq from feed_head');
    const key = `${doc} ${String(at?.seq)}`;
    if (this.#standing.key !== key) {
      const rows = this.#file.all<{ said: string }>(
        'select value || sides || base as said from field where document_id = ? union all select tree from text where document_id = ?',
        doc,
        doc,
      );
      this.#standing = { key, text: rows.map(({ said }) => said).join('\n') };
    }
    return this.#standing.text;
  }

  /** What a device holds was rightly sent to its person; what it was told to give up is not there any more. */
  judgeBrowser(reader: Reader, ref: string, browser: Browser, scopeOf: ReadonlyMap<string, string>): void {
    const before = this.#looked.get(ref) ?? new Set<string>();
    const now = new Set<string>();
    const shown = this.#shown.get(reader.person);
    const held = new Set<string>();
    const settings = settingsIn(browser);
    for (const row of browser.rows()) {
      if (!contentTables.has(row.table)) continue;
      held.add(row.scope);
      const name = `${row.table}/${row.key}/${String(row.rev)}`;
      now.add(name);
      if (!before.has(name)) this.#judgeRow(reader, browser, row, shown);
    }
    this.#looked.set(ref, now);
    for (const [doc, cursor] of this.#gone.get(ref) ?? []) {
      if (settings.cursor !== cursor || settings.gone?.includes(doc) === true) continue;
      const scope = scopeOf.get(`${ref} ${doc}`);
      if (scope !== undefined && held.has(scope))
        this.#oracle.fail(`${reader.name} still holds a document that it was told to give up`);
    }
  }

  #judgeRow(reader: Reader, browser: Browser, row: HeldRow, shown: ReadonlySet<string> | undefined): void {
    this.rowsJudged += 1;
    const value = browser.valueOf(row);
    if (value === undefined) return this.#oracle.fail(`${reader.name} holds a row that it never sealed`);
    for (const word of JSON.stringify(value).match(words) ?? [])
      if (!isBy(reader.who, word) && shown?.has(word) !== true)
        this.#oracle.fail(`${reader.name} holds words that were never sent there: ${word}`);
  }
}

const isBy = (who: Who, word: string): boolean => word.replace('«', '').startsWith(`${who}-`);
