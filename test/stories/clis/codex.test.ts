import { test } from 'vitest'
import { tellFromLabelToMerged } from './tell.ts'

test('labelled agent:codex, and merged', () => tellFromLabelToMerged('codex'), 300_000)
