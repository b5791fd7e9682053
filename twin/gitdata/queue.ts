/** Work on one repository, one after the other: of two creators of the same ref exactly one wins. */
const chains = new Map<string, Promise<unknown>>()

export function inTurn<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  const before = chains.get(gitDir) ?? Promise.resolve()
  const mine = before.then(work, work)
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  chains.set(gitDir, settled)
  settled.then(() => {
    if (chains.get(gitDir) === settled) chains.delete(gitDir)
  })
  return mine
}
