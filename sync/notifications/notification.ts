/**
 * What a notification is. Messages leave the Hub, so they hold a case number, a date and a link, and never a child's
 * name, age, school or any word that somebody typed about a case. The placeholders are a closed list for that reason.
 */
export const placeholders = [
  'recipient_name',
  'case_id',
  'stage',
  'action',
  'due_date',
  'decided_on',
  'link',
  'la_name',
  'coordinator_name',
  'coordinator_phone',
  'help_email',
  'date',
  'role',
  'specialism',
  'code',
] as const;
export type Placeholder = (typeof placeholders)[number];
export type NotificationValues = Readonly<Partial<Record<Placeholder, string>>>;

export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];

export interface Notification {
  readonly key: string;
  /** The number under which the process names it. */
  readonly number: string;
  readonly version: number;
  readonly channels: readonly Channel[];
  /** Fixed words: no user's text stands in a subject. Empty for a text message. */
  readonly subject: string;
  readonly body: string;
  /** Its values open something. They are sealed until it was sent, then erased, and it is worthless after `livesMs`. */
  readonly secret?: { readonly livesMs: number };
  /** A text message whose last line lets a phone fill the code in on the Hub's own pages, and on no others. */
  readonly domainBound?: true;
}

export const defineNotification = <const N extends Notification>(notification: N): N => notification;

/** The words as the recipient reads them. A missing value is a bug of the caller, never an empty place in a letter. */
export function fillNotification(
  notification: Notification,
  values: NotificationValues,
): { subject: string; body: string } {
  const fill = (text: string) =>
    text.replace(/\{([a-z_]+)\}/g, (_, name: Placeholder) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${notification.key} needs a value for {${name}}.`);
      return oneLine(value);
    });
  return { subject: fill(notification.subject), body: fill(notification.body) };
}

/** The placeholders that a text holds: what an authority's own wording is checked by. */
export function unknownPlaceholders(text: string): string[] {
  const known: readonly string[] = placeholders;
  return [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '').filter((name) => !known.includes(name));
}

/** A name with line breaks or direction marks in it could make a letter say something else. */
const oneLine = (value: string) => value.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
