import { isBlank, textLike } from './scalar.ts';

/** An address to write to. Half-typed addresses are kept; only submission insists. */
export const email = textLike('email', {
  lengthMax: 254,
  problems: (value) =>
    isBlank(value) || isAddress(String(value))
      ? []
      : [{ level: 'error', text: 'Enter an email address in the correct format, like name@example.com' }],
  generate: (_field, pick) => `person${pick(10_000)}@example.org`,
});

function isAddress(value: string): boolean {
  const [local, host, ...rest] = value.trim().split('@');
  return (
    rest.length === 0 &&
    local !== undefined &&
    host !== undefined &&
    local !== '' &&
    !/\s/.test(value.trim()) &&
    /^[^.]+(\.[^.]+)+$/.test(host)
  );
}
