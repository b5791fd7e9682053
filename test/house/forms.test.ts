import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readFeature } from '../../core/planning/feature.ts'

/** The issue forms that people take into their repository: one for a task, five for what is planned first. */

const root = new URL('../../.github/ISSUE_TEMPLATE/', import.meta.url)

type Field = {
  type: string
  id: string
  attributes: { label: string; value?: string }
  validations?: { required?: boolean }
}
type Form = { name: string; description: string; body: Field[] }

const formOf = (file: string): Form => parse(readFileSync(new URL(file, root), 'utf8'))
const PLANNED = ['feature.yml', 'bug.yml', 'refactor.yml', 'docs.yml', 'tests.yml']

test('there is one for a task, and one for each kind of plan', () => {
  expect(readdirSync(root).sort()).toEqual([...PLANNED, 'task.yml'].sort())
  const names = readdirSync(root).map(file => formOf(file).name)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(PLANNED)('%s', file => {
  const form = formOf(file)
  const labels = form.body.map(field => field.attributes.label)

  test('says how a plan begins, and asks what each plan needs', () => {
    expect(form.description).toContain('/chorus plan')
    expect(labels).toEqual(expect.arrayContaining(['Constraints', 'Do not touch', 'Success criteria']))
    expect(form.body.find(field => field.id === 'success')?.validations?.required).toBe(true)
  })

  test('is one that GitHub takes: no label and no id twice', () => {
    expect(new Set(labels).size).toBe(labels.length)
    expect(new Set(form.body.map(field => field.id)).size).toBe(form.body.length)
    for (const { type, id } of form.body)
      expect([type, id]).toEqual(['textarea', expect.stringMatching(/^[\w-]+$/)])
  })

  test('planners see every answer', () => {
    const answers = form.body.map(({ attributes }, i) => ({
      ...attributes,
      said: attributes.value ?? `answer ${i}`,
    }))
    const body = answers.map(({ label, said }) => `### ${label}\n\n${said}`).join('\n\n')
    const read = readFeature({ number: 7, title: 'Something larger', body, labels: [] })
    const goal = read.ok ? read.value.goal : ''
    for (const { label, said } of answers) {
      expect(goal).toContain(`### ${label}`)
      expect(goal).toContain(said.trim())
    }
  })
})
