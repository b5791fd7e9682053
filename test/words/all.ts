import { answerSamples } from './answers.ts'
import { epicSamples } from './epics.ts'
import { gateSamples } from './gates.ts'
import { jobSamples } from './jobs.ts'
import { landingSamples } from './landing.ts'
import { planSamples } from './plans.ts'
import type { Sample } from './sample.ts'
import { statusSamples } from './status.ts'

/** Every kind of text that Chorus writes for people on GitHub, each from a world that is always the same. */
export function allSamples(): Sample[] {
  return [
    ...statusSamples(),
    ...answerSamples(),
    ...gateSamples(),
    ...landingSamples(),
    ...epicSamples(),
    ...planSamples(),
    ...jobSamples(),
  ]
}
