import { z } from 'zod'
import { cutHead } from '../text/clean.ts'
import { DOCUMENTS, PLANNERS } from './document.ts'

/** What whoever makes the plan misses in a planner's document, so much that there cannot be one. */
export const lack = z.strictObject({ planner: z.enum(PLANNERS), why: z.string() })
export type Lack = z.infer<typeof lack>

const LONGEST = 300

/** Of lines such as `QA.md: how it is told that nothing is lost`; the first of each document, and nothing of other lines. */
export function readLacks(text: string): Lack[] {
  const lines = text.split('\n').map(line => /^[-*\s]*`?([A-Z]+\.md)`?\s*:\s*(.*\S)/.exec(line))
  return PLANNERS.flatMap(planner => {
    const said = lines.find(line => line?.[1] === DOCUMENTS[planner].file)
    return said ? { planner, why: cutHead(said[2]!, LONGEST) } : []
  })
}
