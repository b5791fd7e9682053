import { test } from 'vitest'
import { tellFromLabelToMerged } from './tell.ts'

test('labelled agent:qwen, and merged', () => tellFromLabelToMerged('qwen'), 300_000)
