import { protocolVersion } from '#sync/protocol/version.ts';

/** What a device pushes, as it stands on the wire: nothing, with `change` laid over it, right or wrong. */
export const pushBody = (
  from: { readonly account: string; readonly device: string; readonly sent: number },
  change: object = {},
): object => ({
  v: protocolVersion,
  ...from,
  jumped: false,
  cursor: null,
  pull: false,
  want: [],
  runs: [],
  commands: [],
  ...change,
});
