/** The device's status as the status line says it. */
import type { Saving } from '#lib/components/StatusLine.svelte';
import type { Status } from '#lib/device/hub.ts';

const problems: Readonly<Record<Extract<Status, { kind: 'problem' }>['reason'], string>> = {
  'storage-full': 'Not saved: there is no room left on this device',
  'storage-closed': 'Not saved: this browser does not let the Hub keep anything',
  'other-person': 'Saved on this device. Not sent: these words belong to another account',
  'app-too-old': 'Saved on this device. Update the Hub to send them',
  damaged: 'Part of what is kept on this device could not be read',
};

export function savingOf(status: Status): Saving {
  switch (status.kind) {
    case 'saved-hub':
      return status.at === undefined ? { is: 'nothing' } : { is: 'hub', at: status.at };
    case 'saved-device':
      return status.at === undefined ? { is: 'nothing' } : { is: 'device', at: status.at };
    case 'saving':
      return { is: 'saving', at: status.at };
    case 'waiting':
      return { is: 'waiting', at: status.at, unsent: status.unsent, why: status.reason };
    case 'signed-out':
      return { is: 'waiting', at: status.at, unsent: status.unsent, why: 'signed-out' };
    case 'problem':
      return { is: 'trouble', text: problems[status.reason] };
  }
}
