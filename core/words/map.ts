/** In the log of a plan's jobs: where the map of the repository comes from. */

export function mapHolds(at: string): string {
  return `The map of the repository is the one kept on the ledger, of ${at.slice(0, 7)}: its structure is the same.`
}

/** @param why it has to be. */
export function mapDrawn(why: string): string {
  return `The map of the repository is drawn anew: ${why}.`
}

export const NO_MAP = 'none is kept yet'
export const STRUCTURE_CHANGED = 'its structure is another one than when the one that is kept was drawn'
export const OTHER_DRAWING = 'the one that is kept was drawn by another version of Chorus'
export const NOT_THE_MAP = 'what is kept is not what it has to be'

export function mapLost(why: string): string {
  return `the one that is kept cannot be read (${why.replace(/\s+/g, ' ').slice(0, 200)})`
}
