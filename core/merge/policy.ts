/** How much is tried at once, and in which shape. */
export type Policy = {
  /** `line`: what lands was judged as it lands. `lanes`: what touches nothing in common lands side by side. */
  shape: 'line' | 'lanes'
  /** Proposals that one run may add at most. `scarce`: one, and one more for each so many that wait for each slot; null: all. */
  batch: { most: number; scarce: number | null }
  /** Into how many pieces a red batch is cut: 2 tries its first half next, more try several beginnings side by side. */
  pieces: number
  /** The host asks for up-to-date branches: each landing makes what is under way worthless. */
  voids: boolean
  /** Who was red once is judged by itself before others stand on it; else it comes last, and those behind stand on it. */
  apart: boolean
  /** Proposals that a run may stand on: see `window.ts`. */
  window: { start: number; floor: number; most: number; fixed: boolean }
}

const ONE = { most: 1, scarce: null }
const OPEN = fixed(1000)

export function fixed(size: number): Policy['window'] {
  return { start: size, floor: size, most: size, fixed: true }
}

/** Of what lands together: all that the configuration takes, as long as nothing fails. */
export function together(most: number): Policy['window'] {
  return { start: most, floor: Math.min(2, most), most, fixed: false }
}

/** The policies that can be compared with one another; `train` and `lanes` are those that are offered. */
export const POLICIES = {
  serial: { shape: 'line', batch: ONE, pieces: 2, voids: false, apart: false, window: fixed(1) },
  bors: {
    shape: 'line',
    batch: { most: 8, scarce: null },
    pieces: 2,
    voids: false,
    apart: false,
    window: fixed(8),
  },
  zuul: {
    shape: 'line',
    batch: ONE,
    pieces: 2,
    voids: false,
    apart: false,
    window: { start: 20, floor: 3, most: 1000, fixed: false },
  },
  prefix: { shape: 'line', batch: ONE, pieces: 4, voids: false, apart: false, window: OPEN },
  train: {
    shape: 'line',
    batch: { most: 8, scarce: null },
    pieces: 4,
    voids: true,
    apart: true,
    window: together(8),
  },
  exact: {
    shape: 'line',
    batch: { most: 8, scarce: 8 },
    pieces: 4,
    voids: false,
    apart: true,
    window: { start: 20, floor: 8, most: 20, fixed: false },
  },
  lanes: {
    shape: 'lanes',
    batch: { most: 8, scarce: 2 },
    pieces: 4,
    voids: false,
    apart: true,
    window: fixed(8),
  },
} as const satisfies Readonly<Record<string, Policy>>

export type PolicyName = keyof typeof POLICIES
