/** One command of `npm run hub`. It answers with the exit code. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  run(options: Readonly<Record<string, string | boolean | undefined>>): Promise<number>;
}
