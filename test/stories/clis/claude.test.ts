import { test } from 'vitest'
import { tellFromLabelToMerged } from './tell.ts'

test('labelled agent:claude, and merged', () => tellFromLabelToMerged('claude'), 300_000)
