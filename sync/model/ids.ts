/**
 * Ids are 96 random bits in base64url, made where the thing is born, also offline.
 * No id carries time, order or meaning, so none of them can tell anything about another.
 */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type AuthorityId = Brand<'authority'>;
export type PersonId = Brand<'person'>;
export type DeviceId = Brand<'device'>;
export type DocumentId = Brand<'document'>;
export type ItemId = Brand<'item'>;
/** One opening of one document in one tab: new at every load, never used again. */
export type PenId = Brand<'pen'>;
export type CommandId = Brand<'command'>;
export type AttachmentId = Brand<'attachment'>;
/** `key`, or `key~item` where each person or item has a section of its own. */
export type SectionKey = Brand<'section'>;
/** What holds a field: a section, or an item of a list. Never a position, never a path. */
export type Holder = SectionKey | ItemId;
/** `pen.n`: the name of one edit for ever. */
export type EditId = Brand<'edit'>;
/** `holder field`: where a value stands. */
export type Address = Brand<'address'>;

export type RandomBytes = (count: number) => Uint8Array;

/** 16 characters of base64url = 96 bits. */
export const idPattern = /^[A-Za-z0-9_-]{16}$/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function makeId<Id extends string>(random: RandomBytes): Id {
  const bytes = random(16);
  let id = '';
  for (const byte of bytes) id += alphabet[byte & 63];
  return id as Id;
}

export const editId = (pen: PenId, n: number): EditId => `${pen}.${n}` as EditId;
export const addressOf = (holder: Holder, field: string): Address => `${holder} ${field}` as Address;
/** A holder has no space in it, so the first one parts an address. */
export function partsOfAddress(address: Address): { holder: Holder; field: string } {
  const space = address.indexOf(' ');
  return { holder: address.slice(0, space) as Holder, field: address.slice(space + 1) };
}
export const sectionOf = (key: string, item?: ItemId): SectionKey =>
  (item === undefined ? key : `${key}~${item}`) as SectionKey;
/** The declared part of a section key: `contact-private~x` is declared as `contact-private`. */
export const declaredKey = (section: SectionKey): string => section.split('~', 1)[0] ?? section;
export const itemOfSection = (section: SectionKey): ItemId | undefined => {
  const at = section.indexOf('~');
  return at < 0 ? undefined : (section.slice(at + 1) as ItemId);
};
