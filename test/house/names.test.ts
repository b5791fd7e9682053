import { expect, test } from 'vitest'
import { listFiles, listSources } from './sources.ts'

test('no file is named for nothing', () => {
  const vague = /(^|[/._-])(utils?|helpers?|managers?|common|misc|lib|stuff|index)(\.|[/_-]|$)/
  const found = listFiles().filter(path => /\.(ts|mjs)$/.test(path) && vague.test(path))
  // Probot's name for the file with the default export, and the actions' for what is bundled.
  const usual = /^(app|action\/\w+)\/index\.ts$/
  expect(found.filter(path => !usual.test(path))).toEqual([])
})

test('no barrels: no file only passes on what others export', () => {
  const barrel = (text: string) =>
    /\S/.test(text) &&
    text.split('\n').every(line => line.trim() === '' || /^(export .* from |\/\/|\/?\*)/.test(line))
  const found = listSources(['app', 'cli', 'action', 'core', 'forge', 'twin']).filter(({ text }) =>
    barrel(text),
  )
  expect(found.map(({ path }) => path)).toEqual([])
})
