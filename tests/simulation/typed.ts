/**
 * The simulation's own memory of what people typed and were told was saved. Written without the project's fold or store,
 * because it judges them: at the end every word in here must be found somewhere its author can see it.
 */
import type { DocumentId, Holder, ItemId } from '#sync/model/ids.ts';
import type { Json } from '#sync/model/edit.ts';

interface Saving {
  readonly ok: boolean;
}
/** A document as its writer names it. */
export interface Place {
  readonly id: DocumentId;
  readonly pen: string;
}
export interface Claim {
  readonly who: string;
  readonly doc: DocumentId;
  readonly holder: string;
  readonly field: string;
  readonly what: 'scalar' | 'text' | 'item' | 'settle';
  readonly value: Json;
}

export class Typed {
  /** Words that a device called saved; of one pen and place the latest stands for those before it. */
  readonly #claims = new Map<string, Claim>();
  /** All that was ever typed, by document: the only words that may ever be seen there. */
  readonly everTyped = new Map<string, DocumentId>();
  readonly #removals = new Set<string>();
  #count = 0;
  saved = 0;
  unsaved = 0;

  nextWord(who: string): string {
    return `${who}-${(this.#count += 1)}`;
  }
  nextMarker(who: string): string {
    return `«${who}-${(this.#count += 1)}»`;
  }
  nextPhone(): string {
    return `0${1_000_000_000 + (this.#count += 1)}`;
  }
  nextDate(): string {
    const day = (this.#count += 1);
    return `${1950 + Math.floor(day / 336)}-${String(1 + (Math.floor(day / 28) % 12)).padStart(2, '0')}-${String(1 + (day % 28)).padStart(2, '0')}`;
  }

  scalar(who: string, at: Place, holder: Holder, field: string, value: Json, saved: Promise<Saving>): void {
    this.everTyped.set(JSON.stringify(value), at.id);
    this.#when(saved, `${at.id} ${at.pen} ${holder} ${field}`, {
      who,
      doc: at.id,
      holder,
      field,
      what: 'scalar',
      value,
    });
  }
  settled(who: string, at: Place, holder: Holder, field: string, value: Json, saved: Promise<Saving>): void {
    this.#when(saved, `${at.id} ${at.pen} ${holder} ${field}`, {
      who,
      doc: at.id,
      holder,
      field,
      what: 'settle',
      value,
    });
  }
  text(who: string, at: Place, holder: Holder, field: string, marker: string, saved: Promise<Saving>): void {
    this.everTyped.set(marker, at.id);
    this.#when(saved, `${at.id} ${marker}`, { who, doc: at.id, holder, field, what: 'text', value: marker });
  }
  item(who: string, at: Place, item: ItemId, saved: Promise<Saving>): void {
    this.#when(saved, `${at.id} ${item}`, { who, doc: at.id, holder: item, field: '', what: 'item', value: item });
  }
  removed(doc: DocumentId, item: ItemId): void {
    this.#removals.add(`${doc} ${item}`);
  }
  wasRemoved(doc: DocumentId, item: string): boolean {
    return this.#removals.has(`${doc} ${item}`);
  }
  claims(): readonly Claim[] {
    return [...this.#claims.values()];
  }

  /** The order of saving is the order of typing: a writer never has two promises of one place answered the other way round. */
  #when(saved: Promise<Saving>, key: string, claim: Claim): void {
    void saved.then((result) => {
      if (!result.ok) {
        this.unsaved += 1;
        return;
      }
      this.saved += 1;
      this.#claims.set(key, claim);
    });
  }
}
