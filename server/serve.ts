/** Opens everything that a running Hub needs and closes it again in the opposite order. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, type ServerType } from '@hono/node-server';
import { demonstrationMail } from './adapters/mail/demonstration.ts';
import { smtpCarrier } from './adapters/mail/smtp.ts';
import { demonstrationSms } from './adapters/sms/demonstration.ts';
import { notifyCarrier } from './adapters/sms/notify.ts';
import { logLines } from './adapters/log/lines.ts';
import { makeApp } from './app.ts';
import { readBackedUp } from './adapters/backup/backed-up.ts';
import { startBackup } from './adapters/backup/child.ts';
import { secondPlaceIn, secondPlaceOf } from './adapters/second-place/folder.ts';
import type { Lack } from './adapters/file-work/file-work.ts';
import type { Config } from './config.ts';
import { keptSecret } from './kept-secret.ts';
import { systemPorts } from './ports.ts';
import { fillDemonstration, isDemonstration, signInTable } from './services/demonstration.ts';
import { fillDemonstrationRequests } from './services/demonstration-requests.ts';
import { openAttachments } from './services/attachments.ts';
import { headSigner, verifyAll, watchHeads } from './services/audit-heads.ts';
import { diskStateIn, placesOf, type Deps, type DiskState } from './services/deps.ts';
import { daily, every } from './services/daily.ts';
import { emptyBin } from './services/empty-bin.ts';
import { forgetOldNotes } from './services/forget-notes.ts';
import { makeKeys } from './services/keys.ts';
import { startSender, type Carriers, type Sender } from './services/send-messages.ts';
import { noticeReplacement } from './services/new-history.ts';
import { watchSafety } from './services/safety.ts';
import { openSync, type Sync } from './services/sync.ts';
import { tryAgainAfterUpdate } from './services/try-again.ts';
import { migrate, type Storage } from './storage/database.ts';
import { insertDelivered } from './storage/messages.ts';
import { notingStorage } from './storage/notes.ts';
import { openStorage } from './storage/open.ts';

export interface Hub {
  readonly url: string;
  readonly greeting: string;
  close(): Promise<void>;
}
export type Started = { readonly ok: true; readonly hub: Hub } | { readonly ok: false; readonly fault: string };

const buildFolder = fileURLToPath(new URL('../build', import.meta.url));
/** Time for open requests to end by themselves; event streams never do. */
const graceMs = 2_000;
/** A start has more urgent things to do than to read all that was ever done. */
const hourMs = 60 * 60_000;

export async function serveHub(config: Config): Promise<Started> {
  try {
    return await openHub(config);
  } catch (error) {
    const state = diskStateIn(error);
    if (state === undefined) throw error;
    return { ok: false, fault: `${placeOf(config)}: ${faultOfDisk[state]}` };
  }
}
const placeOf = (config: Config) => (config.databaseUrl === undefined ? 'HUB_DATA' : 'DATABASE_URL or HUB_DATA');
const faultOfDisk: Readonly<Record<DiskState, string>> = {
  'disk-full': 'the disk is full. Make room, then start again; nothing that was saved is lost.',
  'disk-read-only': 'the data can be read but not written. Make the folder and its files writable.',
  'disk-fault': 'the disk answered with a fault. Check it before you start again.',
  'database-away': 'the database does not answer, or does not let the Hub in.',
  'database-newer': 'a newer release of the Hub has written in the database. Start that release.',
  'disk-busy': 'another program keeps the database locked. One process at a time may use the folder.',
};

async function openHub(config: Config): Promise<Started> {
  const folder = resolve(config.dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (config.mode === 'production' && (statSync(folder).mode & 0o077) !== 0) {
    return {
      ok: false,
      fault: 'HUB_DATA: other users of this machine can look into the folder. Take their rights away (chmod 700).',
    };
  }
  const place = secondPlaceIn(secondPlaceOf(config), systemPorts.now);
  const storage = notingStorage(await openStorage(config), place);
  await migrate(storage);
  const isReplaced = await noticeReplacement(storage, place, systemPorts);
  if (config.mode === 'production' && (await isDemonstration(storage))) {
    await storage.close();
    const fault =
      config.databaseUrl === undefined
        ? 'HUB_DATA: this folder holds a demonstration. Name another folder.'
        : 'DATABASE_URL: this database holds a demonstration. Name another database.';
    return { ok: false, fault };
  }
  let url = config.url ?? '';
  // Set once the carriers stand; what was queued before waits in the database.
  const late: { sender?: Sender } = {};
  const secret = config.secret ?? keptSecret(folder);
  const say = logLines();
  const deps: Deps = {
    storage,
    ports: systemPorts,
    keys: makeKeys(secret),
    config,
    hubUrl: () => url,
    wakeSender: () => late.sender?.wake(),
    // A demonstration's terminal is for its sign-ins; only what is wrong is added there.
    log: (line) => {
      if (config.mode === 'production' || line.event === 'bug' || line.event === 'server') say(JSON.stringify(line));
    },
  };
  if (isReplaced) deps.log({ event: 'server', at: deps.ports.now(), code: 'history-replaced' });
  const startedAt = systemPorts.now();
  // A note from before the start may be of a database that was put back since.
  const backedUp = () => {
    const said = readBackedUp(folder);
    return said !== undefined && said.at >= startedAt ? said : undefined;
  };
  const safety = watchSafety(storage, systemPorts, backedUp);
  const forgetNotes = forgetOldNotes(place, systemPorts);
  const sync = await openSync({ ...deps, secret, place, safety });
  await storage.inTurn('try-again', () => tryAgainAfterUpdate(sync, deps.log));
  const isNew = config.mode === 'demonstration' && (await storage.inTurn('fill', () => fill(deps, sync)));
  const attachments = openAttachments(deps, sync);
  const said = (await sync.fileWork.lacks()).map((lack) => saidOfLack[lack]);
  const server = await listen(
    makeApp(deps, sync, existsSync(join(buildFolder, '200.html')) ? buildFolder : undefined),
    config.port,
  );
  url ||= `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const carriers = carriersOf(config, storage);
  late.sender = startSender(deps, carriers);
  // Nobody waits at the door for what takes its time; whoever asks for one of these files waits for that one.
  const arrived = attachments.finishArrived().catch((error: unknown) => {
    deps.log({ event: 'bug', at: deps.ports.now(), code: 'files', where: placesOf(error) });
  });
  const backup = backupOf(config, folder, () =>
    deps.log({ event: 'server', at: deps.ports.now(), code: 'backup-stopped' }),
  );
  const signer = headSigner(secret);
  const heads = watchHeads(storage.db, place, signer, systemPorts.now);
  const stops = [
    daily(deps, 'bin', 0, () => storage.inTurn('bin', () => emptyBin(sync, attachments.store))),
    daily(deps, 'verify-audit', hourMs, async () => {
      for (const { verification } of await verifyAll(storage.db, place, signer))
        if (!verification.ok) deps.log({ event: 'bug', at: deps.ports.now(), code: `audit-${verification.what}` });
    }),
    every(deps, 'audit-heads', 5_000, () => heads.look()),
    every(deps, 'safety', 1_000, () => safety.look().then(() => forgetNotes(backedUp()))),
  ];
  return {
    ok: true,
    hub: {
      url,
      greeting:
        config.mode === 'production'
          ? [`EHC Hub is ready at ${url}`, ...said].join('\n')
          : demonstrationGreeting(url, isNew, said),
      async close() {
        await new Promise<void>((done) => {
          server.close(() => done());
          setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), graceMs).unref();
        });
        for (const stop of stops) stop();
        await sync.fileWork.close();
        await arrived;
        await late.sender?.stop();
        carriers.mail.close();
        carriers.sms.close();
        await sync.textWork.close();
        await backup?.stop();
        await heads.look(true).catch(() => undefined);
        await storage.close();
      },
    },
  };
}

/** True when it was filled just now. */
async function fill(deps: Deps, sync: Sync): Promise<boolean> {
  const isNew = await fillDemonstration(deps);
  if (isNew) await fillDemonstrationRequests(sync);
  return isNew;
}

/** What looks into files holds nothing but the one file; what this machine cannot keep from it besides is said. */
const saidOfLack: Readonly<Record<Lack, string>> = {
  limits:
    'Files are looked into without limits of memory and processor time: prlimit (of util-linux) does not work here.',
  network: 'Files are looked into with the network in reach: unshare (of util-linux) does not work here.',
  pictures: 'Pictures cannot be read on this machine: they are kept, and wait to be checked until it can.',
};

function backupOf(config: Config, folder: string, failed: () => void) {
  const { backup, backupKey } = config;
  if (backup === undefined || backupKey === undefined) return undefined;
  return startBackup(
    {
      HUB_DATA: folder,
      HUB_SECOND_PLACE: secondPlaceOf(config),
      HUB_BACKUP: resolve(backup),
      HUB_BACKUP_KEY: backupKey,
    },
    failed,
  );
}

function listen(app: ReturnType<typeof makeApp>, port: number): Promise<ServerType> {
  return new Promise((resolveWith, reject) => {
    const server = serve({ fetch: app.fetch, port }, () => resolveWith(server));
    server.once('error', reject);
  });
}

function carriersOf(config: Config, storage: Storage): Carriers {
  const { smtpUrl, smsKey, smsTemplate, smsUrl, mailFrom } = config;
  if (config.mode === 'production') {
    if (smtpUrl === undefined || smsKey === undefined || smsTemplate === undefined)
      throw new Error('A production configuration names its carriers.');
    return {
      mail: smtpCarrier({ url: smtpUrl, from: mailFrom, name: 'EHC Hub' }),
      sms: notifyCarrier({ key: smsKey, templateId: smsTemplate, url: smsUrl, now: systemPorts.now }),
    };
  }
  const keep = (
    channel: string,
    subject: string,
    { authorityId, to, body, at }: { authorityId: string; to: string; body: string; at: number },
  ) =>
    storage.write((tx) =>
      insertDelivered(tx, { authority_id: authorityId, channel, to_address: to, subject, body, at }),
    );
  return {
    mail: demonstrationMail((letter) => keep('email', letter.subject, letter)),
    sms: demonstrationSms((message) => keep('sms', '', message)),
  };
}

function demonstrationGreeting(url: string, isNew: boolean, said: readonly string[]): string {
  return [
    `EHC Hub demonstration: ${url}`,
    `Sign-in codes and e-mails appear at ${url}/outbox`,
    ...said,
    isNew
      ? 'A fictional authority was made. Everybody in it signs in with the same password:'
      : 'Everybody signs in with the same password:',
    '',
    signInTable(),
    '',
  ].join('\n');
}
