import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readOptions } from '../../scripts/options.ts'
import { document, html } from '../../twin/pages/html.ts'
import { markdown } from '../../twin/pages/markdown.ts'
import { allSamples } from './all.ts'
import type { Sample } from './sample.ts'

/**
 * `npm run words [-- --to FOLDER]`: writes every kind of text that people read, as Markdown and as it is rendered, a page for
 * each room of them. For looking at them again after a change.
 */
const { values } = readOptions({ options: { to: { type: 'string', default: '.chorus/words' } } })
const folder = resolve(values.to)

function show({ name, on, title, text }: Sample) {
  return html`<h2 id="${name}">${name}</h2><div class="box"><header>${on} ${title && html`<b>${title}</b>`}</header>
    <div class="body">${on === 'commit' ? html`<pre>${text}</pre>` : markdown(text, '/acme/shop')}</div></div>`
}

const samples = allSamples()
for (const { name, title, text } of samples) {
  const path = join(folder, `${name}.md`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${title === undefined ? '' : `# ${title}\n\n`}${text}\n`)
}
for (const [room, some] of Map.groupBy(samples, ({ name }) => name.split('/')[0]!)) {
  writeFileSync(join(folder, `${room}.html`), document(room, [], html`${some.map(show)}`))
}
process.stdout.write(`${samples.length} texts in ${folder}\n`)
