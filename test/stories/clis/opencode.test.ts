import { test } from 'vitest'
import { tellFromLabelToMerged } from './tell.ts'

test('labelled agent:opencode, and merged', () => tellFromLabelToMerged('opencode'), 300_000)
