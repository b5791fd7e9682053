import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkTemplate, readVersion, TEMPLATES, type TemplateName } from '../../core/text/template.ts'

/** Where the sources of an action hold our own wording of each. */
const FILES: Record<TemplateName, string> = {
  work: 'action/prompts/work.md',
  'plan-spec': 'action/planning/prompts/spec.md',
  'plan-architecture': 'action/planning/prompts/architecture.md',
  'plan-qa': 'action/planning/prompts/qa.md',
  'plan-synthesis': 'action/planning/prompts/synthesis.md',
  rebase: 'action/rebasing/prompts/rebase.md',
  review: 'action/reviewing/prompts/review.md',
}

describe.each(Object.entries(FILES) as [TemplateName, string][])('%s', (name, file) => {
  const text = readFileSync(file, 'utf8')
  test('is of the version that is told to people', () =>
    expect(readVersion(text, name)).toBe(TEMPLATES[name].version))
  test('has a place for everything that is filled in', () => {
    expect(checkTemplate(name, text)).toEqual([])
    for (const place of TEMPLATES[name].may) expect(text).toContain(`{{${place}}}`)
  })
})
