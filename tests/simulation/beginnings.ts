/**
 * Where runs begin: nearly all with a request that was started, shared and written in, on every device alike. It comes
 * about once a process, by the real means and from a seed; some runs do all that by themselves.
 */
import { join } from 'node:path';
import { SeededRandom } from './random.ts';
import { temporaryFolder, template, type Template } from './template.ts';
import { start } from './template.ts';
import { Trace } from './trace.ts';
import { Typed } from './typed.ts';
import { World, type Beginning } from './world.ts';

export interface Beginnings {
  readonly template: Template;
  readonly bare: Beginning;
  readonly begun: Beginning;
}
let made: Promise<Beginnings> | undefined;
export const beginnings = (): Promise<Beginnings> => (made ??= begin());

async function begin(): Promise<Beginnings> {
  const made = await template();
  const bare: Beginning = { now: start, file: made.file, browsers: new Map(), typed: new Typed(), shown: new Map() };
  const world = await World.open({
    template: made,
    beginning: bare,
    cast: made.devices,
    random: new SeededRandom(0xbe91),
    faults: new Set(),
    trace: new Trace(false),
    serverForm: 1,
    formOf: () => 1,
    streams: () => true,
    isOnline: true,
  });
  await beginRequest(world);
  await world.judge();
  if (world.oracle.failures.length > 0) throw new Error(world.oracle.failures.join('; '));
  await world.close();
  return { template: made, bare, begun: world.beginning(join(temporaryFolder(), 'begun.db')) };
}

/** The SENCO starts a request and shares it with the parent; a second document of hers is nobody else's. */
export async function beginRequest(world: World): Promise<void> {
  const phone = world.of('senco');
  const started = await phone.workspace.start('request');
  const secret = await phone.workspace.start('request');
  if (!started.ok || !secret.ok) throw new Error('no document could be started');
  world.doc = started.value.id;
  phone.sit(secret.value).act();
  const writer = phone.sit(started.value);
  for (let first = 0; first < 6; first += 1) writer.act();
  const email = world.template.emails.get('parent') ?? '';
  await phone.workspace.command(world.doc, 'share', { email, access: 'edit' });
  await world.time.pass(5_000);
}
