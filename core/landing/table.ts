import type { Situation } from './landing.ts'

export type LandingPath = 'queue' | 'direct' | 'train' | 'one-by-one' | 'lanes' | 'person' | 'dry' | 'nothing'

export type Row = {
  /** What has to be so; what is not named may be either. No two rows fit the same situation. */
  when: Partial<Situation>
  path: LandingPath
  promise: string
  /** The highest rate at which pull requests can land. */
  rate: string
}

/**
 * Every combination of rules, and how pull requests land under it. `doctor`, the gate's text and the page about operating
 * read this table, and so does what lands.
 */
export const ROWS: readonly Row[] = [
  {
    when: { possible: false },
    path: 'nothing',
    promise:
      'nothing can land: settings and rules together leave no method, as linear history forbids merge commits and signatures forbid rebasing',
    rate: 'none',
  },
  {
    when: { possible: true, queue: true },
    path: 'queue',
    promise:
      'exact: GitHub’s merge queue has each pull request judged on top of those ahead of it, and lands what was judged; Chorus adds what passes every gate',
    rate: 'as many as the queue’s own settings build and merge at once',
  },
  {
    when: { possible: true, queue: false, strict: false, reviews: false, lanes: false },
    path: 'direct',
    promise: 'as tested on its own base: two pull requests that pass alone may still break together',
    rate: 'as fast as CI passes, side by side',
  },
  {
    when: { possible: true, queue: false, strict: false, reviews: true, lanes: false },
    path: 'direct',
    promise:
      'as tested on its own base, with people’s reviews: two pull requests that pass alone may still break together',
    rate: 'as fast as CI passes and people review, side by side',
  },
  {
    when: { possible: true, queue: false, strict: false, lanes: true },
    path: 'lanes',
    promise:
      'lanes: what shares no file lands side by side on `merge.integration`, as tested on its own base; to the default branch come only tips of it that CI has judged green',
    rate: 'as fast as CI passes, side by side',
  },
  {
    when: { possible: true, queue: false, strict: true, reviews: false, together: true },
    path: 'train',
    promise:
      'exact: CI has judged the very tree that lands; several that are ready are judged together and land by one merge commit',
    rate: 'as many as `merge.together` for each run of CI',
  },
  {
    when: { possible: true, queue: false, strict: true, reviews: false, together: false },
    path: 'one-by-one',
    promise: 'exact: CI has judged the very tree that lands; each landing makes the others update first',
    rate: 'one for each run of CI',
  },
  {
    when: { possible: true, queue: false, strict: true, reviews: true, dismissed: false },
    path: 'one-by-one',
    promise:
      'exact: with people’s reviews, which outlive our merges of the base; each landing makes the others update first',
    rate: 'one for each run of CI',
  },
  {
    when: { possible: true, queue: false, strict: true, reviews: true, dismissed: true },
    path: 'one-by-one',
    promise:
      'exact: with people’s reviews, which GitHub may ask for again after each update; each landing makes the others update first',
    rate: 'one for each run of CI and each review',
  },
]
