/** After everything was read that had arrived by now: a turn of the loop, without a timer. */
export const nextTurn = (): Promise<void> => new Promise((next) => void setImmediate(next));
