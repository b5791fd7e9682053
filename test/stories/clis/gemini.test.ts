import { test } from 'vitest'
import { tellFromLabelToMerged } from './tell.ts'

test('labelled agent:gemini, and merged', () => tellFromLabelToMerged('gemini'), 300_000)
