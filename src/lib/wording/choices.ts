/** How many questions wait for somebody to choose between answers. */
export const choicesToMake = (count: number): string =>
  count === 1
    ? '1 question has different answers. Choose one'
    : `${String(count)} questions have different answers. Choose one for each`;
