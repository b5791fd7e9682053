import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const FOLDER = 'docs/decisions'

test('each decision has a number of its own, the one that its heading says', () => {
  const files = readdirSync(FOLDER)
  const numbers = files.map(file => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]))
  expect(numbers.toSorted((a, b) => a - b)).toEqual(files.map((_, i) => i + 1))
  for (const [i, file] of files.entries()) {
    expect(readFileSync(`${FOLDER}/${file}`, 'utf8'), file).toMatch(new RegExp(`^# ${numbers[i]}\\. \\S`))
  }
})
