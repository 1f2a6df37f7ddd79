/**
 * Every option in one table. A production server never starts on a demonstration or missing setting: each fault is
 * named, so that whoever starts it can put all of them right at once. No option's value is ever printed.
 */
import * as z from 'zod/mini';
import { publicKeyPattern } from './adapters/backup/sealed.ts';

export const modes = ['demonstration', 'production'] as const;
export type Mode = (typeof modes)[number];

export interface Config {
  readonly mode: Mode;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataFolder: string;
  /** PostgreSQL, which several servers may share. Undefined: SQLite in the data folder. */
  readonly databaseUrl: string | undefined;
  /** Where people find the Hub. Undefined in a demonstration: then it is the address that the server listens on. */
  readonly url: string | undefined;
  /** From it every key of the server is derived. Undefined in a demonstration: then it is made once and kept. */
  readonly secret: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly smsKey: string | undefined;
  readonly smsTemplate: string | undefined;
  readonly smsUrl: string;
  readonly trustedProxies: readonly string[];
  /** Where the second place lies; in the data folder when it is left out. */
  readonly secondPlace: string | undefined;
  /** Where backups go, and the public key that they are sealed to. */
  readonly backup: string | undefined;
  readonly backupKey: string | undefined;
}

export type ConfigResult =
  { readonly ok: true; readonly value: Config } | { readonly ok: false; readonly faults: readonly string[] };

export function readConfig(environment: Readonly<Record<string, string | undefined>>): ConfigResult {
  const faults: string[] = [];
  const given = (name: OptionName) => environment[name]?.trim() || undefined;
  const mode = given('HUB_MODE') ?? 'demonstration';
  for (const [name, option] of Object.entries(options) as [OptionName, Option][]) {
    const value = given(name);
    if (value === undefined) {
      if (option.neededInProduction === true && mode === 'production')
        faults.push(`${name} is missing: ${option.about}`);
    } else if (!option.shape.safeParse(value).success) faults.push(`${name} cannot be used: ${option.about}`);
    else if (mode === 'production' && option.isDemonstration?.(value) === true)
      faults.push(`${name} is a demonstration setting: ${option.about}`);
  }
  if ((given('HUB_BACKUP') === undefined) !== (given('HUB_BACKUP_KEY') === undefined))
    faults.push(
      'HUB_BACKUP and HUB_BACKUP_KEY belong together: a place, and the public key that backups are sealed to.',
    );
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    value: {
      mode: mode as Mode,
      port: Number(given('PORT') ?? 4000),
      dataFolder: given('HUB_DATA') ?? './data',
      databaseUrl: given('DATABASE_URL'),
      url: given('HUB_URL')?.replace(/\/+$/, ''),
      secret: given('HUB_SECRET'),
      smtpUrl: given('HUB_SMTP_URL'),
      mailFrom: given('HUB_MAIL_FROM') ?? 'hub@hallowshire.example',
      smsKey: given('HUB_SMS_KEY'),
      smsTemplate: given('HUB_SMS_TEMPLATE'),
      smsUrl: given('HUB_SMS_URL') ?? 'https://api.notifications.service.gov.uk',
      trustedProxies: (given('HUB_TRUSTED_PROXY') ?? '')
        .split(',')
        .map((address) => address.trim())
        .filter(Boolean),
      secondPlace: given('HUB_SECOND_PLACE'),
      backup: given('HUB_BACKUP'),
      backupKey: given('HUB_BACKUP_KEY'),
    },
  };
}

interface Option {
  /** What the option is for, as the person reads it who must set it. */
  readonly about: string;
  readonly shape: z.ZodMiniType<unknown, string>;
  readonly neededInProduction?: true;
  /** Fine for a demonstration, refused in production. */
  readonly isDemonstration?: (value: string) => boolean;
}

const matching = (pattern: RegExp) => z.string().check(z.regex(pattern));
const anUrl = (...protocols: string[]) =>
  z.string().check(z.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol)));
const isReserved = (value: string) =>
  /(^|[@.])(example|test|invalid|localhost|example\.(com|org|net))(>?$|[:/])/i.test(value);
const isThisMachine = (value: string) => /^(localhost|127\.|\[?::1)/.test(new URL(value).hostname);
/** PostgreSQL's own way to name another host, or the folder of a socket. */
const isReachedHere = (value: string) =>
  new URL(value).searchParams.get('host')?.startsWith('/') ?? isThisMachine(value);

export const options = {
  HUB_MODE: { about: '«demonstration» or «production».', shape: z.enum(modes) },
  PORT: {
    about: 'the port to listen on, 0 to 65535; 4000 when left out.',
    shape: matching(/^\d{1,5}$/).check(z.refine((value) => Number(value) <= 65535)),
  },
  HUB_DATA: {
    about: 'the folder for the database and files; ./data when left out in a demonstration.',
    shape: matching(/^[^\0]+$/),
    neededInProduction: true,
  },
  DATABASE_URL: {
    about: 'postgres://user:password@host:port/name; with ?sslmode=verify-full where it is another machine.',
    shape: anUrl('postgres:', 'postgresql:'),
    isDemonstration: (value) => new URL(value).searchParams.get('sslmode') !== 'verify-full' && !isReachedHere(value),
  },
  HUB_URL: {
    about: 'the address at which people find the Hub; https in production.',
    shape: anUrl('https:', 'http:'),
    neededInProduction: true,
    isDemonstration: (value) =>
      !value.startsWith('https:') || isThisMachine(value) || isReserved(new URL(value).hostname),
  },
  HUB_SECRET: {
    about: 'at least 32 random characters, known to the server alone.',
    shape: matching(/^.{32,}$/),
    neededInProduction: true,
    isDemonstration: (value) => new Set(value).size < 10 || /demonstration|secret|change.?me|example/i.test(value),
  },
  HUB_SMTP_URL: {
    about: 'the mail server, smtp://user:password@host:port or smtps://…',
    shape: anUrl('smtp:', 'smtps:'),
    neededInProduction: true,
    isDemonstration: (value) => isReserved(new URL(value).hostname),
  },
  HUB_MAIL_FROM: {
    about: 'the address that e-mail comes from.',
    shape: matching(/^[^\s@<>"]+@[^\s@<>"]+$/),
    neededInProduction: true,
    isDemonstration: isReserved,
  },
  HUB_SMS_KEY: {
    about: 'the key of the GOV.UK Notify service that sends text messages.',
    shape: matching(/^.*[0-9a-f-]{36}-[0-9a-f-]{36}$/),
    neededInProduction: true,
  },
  HUB_SMS_TEMPLATE: {
    about: 'the id of the Notify template whose whole text is ((text)).',
    shape: matching(/^[0-9a-f-]{36}$/),
    neededInProduction: true,
  },
  HUB_SMS_URL: {
    about: 'the address of the Notify service; the public one when left out.',
    shape: anUrl('https:', 'http:'),
    isDemonstration: (value) => !value.startsWith('https:'),
  },
  HUB_SECOND_PLACE: {
    about: 'a folder, on another disk than HUB_DATA, for what must outlive the database; in HUB_DATA when left out.',
    shape: matching(/^[^\0]+$/),
  },
  HUB_BACKUP: {
    about: 'a folder, on another machine at best, for backups: taken every 10 seconds while the Hub runs.',
    shape: matching(/^[^\0]+$/),
  },
  HUB_BACKUP_KEY: {
    about: 'the public key that backups are sealed to; «npm run hub -- keys» makes the pair.',
    shape: matching(publicKeyPattern),
  },
  HUB_TRUSTED_PROXY: {
    about: 'addresses of proxies, with commas, whose forwarded address is believed.',
    shape: matching(/^[0-9a-fA-F.:, ]+$/),
  },
} as const satisfies Record<string, Option>;
export type OptionName = keyof typeof options;
