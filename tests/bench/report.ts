/** One JSON line a figure: the median of the rounds, their spread, and the ratio to what the bare parts can do. */
export type Figures = Readonly<Record<string, number>>;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** The `share` (0 to 1) of values is at most this. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
};

export const mediansOf = (rounds: readonly Figures[]): Figures =>
  Object.fromEntries(
    Object.keys(rounds[0] ?? {}).map((figure) => [figure, median(rounds.map((round) => round[figure] ?? NaN))]),
  );

export function tell(bench: string, rounds: readonly Figures[], ceilings: Figures = {}): void {
  for (const figure of Object.keys(rounds[0] ?? {})) {
    const values = rounds.map((round) => round[figure] ?? NaN);
    const ceiling = ceilings[figure];
    console.log(
      JSON.stringify({
        bench,
        figure,
        median: rounded(median(values)),
        least: rounded(Math.min(...values)),
        most: rounded(Math.max(...values)),
        rounds: values.length,
        ...(ceiling !== undefined && { ceiling: rounded(ceiling), ratio: rounded(median(values) / ceiling) }),
      }),
    );
  }
}

const rounded = (value: number): number => Number(value.toPrecision(4));
