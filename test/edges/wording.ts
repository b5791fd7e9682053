import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Wording } from '../../action/template.ts'
import { ROOT } from '../../scripts/folders.ts'

/** How agents are told to work, in our own words. */
export const WORDING: Wording = {
  is: 'good',
  text: readFileSync(join(ROOT, 'action/prompts/work.md'), 'utf8'),
  said: '[prompt work 1]',
}
