import { describe, expect, test } from 'vitest'
import { markdown } from '../../twin/pages/markdown.ts'
import { allSamples } from './all.ts'
import type { Sample } from './sample.ts'

/** GitHub takes no more characters: of a title, of a body, of a check's summary in bytes. */
const MOST = { title: 255, text: 65_535 }

const samples = allSamples()
const named = (found: (sample: Sample) => boolean) =>
  samples.filter(found).map(({ name, on }) => `${name} (${on})`)
/** What people see, without code, which may say anything. */
const render = ({ text }: Sample) =>
  markdown(text, '/acme/shop')
    .html.replace(/<(pre|code)>[\s\S]*?<\/\1>|<code class=[\s\S]*?<\/code>/g, '')
    .replace(/<[^>]+>/g, '')

const rendered = new Map(samples.map(sample => [sample, sample.on === 'commit' ? '' : render(sample)]))

describe('every text that people read', () => {
  test('is one of its kind, and there', () => {
    expect(samples.length).toBeGreaterThan(100)
    expect(named(({ text }) => text.trim() === '')).toEqual([])
    const all = named(() => true)
    expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([])
  })
  test('has nothing of the program left in it', () =>
    expect(
      named(({ title = '', text }) =>
        /\bundefined\b|\bnull\b|\bNaN\b|\[object |\$\{|\bInfinity\b/.test(`${title}\n${text}`),
      ),
    ).toEqual([]))
  test('is no longer than GitHub takes', () => {
    expect(named(({ title = '' }) => title.length > MOST.title || /\n/.test(title))).toEqual([])
    expect(named(({ text }) => Buffer.byteLength(text) > MOST.text)).toEqual([])
  })
  test('renders: no mark of Markdown is left to be read', () => {
    const marks = /\*\*|^\s*\||\|\s*-{3}|^#{1,6} |`|^\s*[-*] |&#x3C;\/?(?:details|summary|sub)|\]\(/m
    expect(named(sample => marks.test(rendered.get(sample)!))).toEqual([])
  })
  test('has a title in plain text, as GitHub renders none', () =>
    expect(named(({ on, title = '' }) => on === 'check' && /[`<>]/.test(title))).toEqual([]))
  test('names commits by seven digits', () =>
    expect(named(sample => /\b[0-9a-f]{40}\b/.test(rendered.get(sample)!))).toEqual([]))
  test('counts in words that fit', () => {
    const wrong =
      /\b1 (?:tasks|files|lines|checks|attempts|rounds|issues|sub-issues|minutes|points|findings)\b|\b0 of 0\b|\(s\)/
    expect(named(({ title = '', text }) => wrong.test(`${title}\n${text}`))).toEqual([])
  })
  test('calls nobody who has nothing to do with it', () =>
    // Who confirmed a rollback is told of each pull request that it makes.
    expect(
      named(
        ({ text, name }) =>
          !name.startsWith('landing/revert') && /(^|[^\w`/])@[a-z]/i.test(text.replace(/<[^>]+@[^>]+>/g, '')),
      ),
    ).toEqual([]))
})
