/** Text that is already safe to put into a page. */
export type Html = { html: string }
type Value = Html | Html[] | string | number | null | undefined | false

const CODES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A template tag that escapes all that it is given, except what is Html already. */
export function html(texts: TemplateStringsArray, ...values: Value[]): Html {
  return {
    html: texts.map((text, index) => text + (index < values.length ? show(values[index]) : '')).join(''),
  }
}

function show(value: Value): string {
  if (value === null || value === undefined || value === false) return ''
  if (Array.isArray(value)) return value.map(one => one.html).join('')
  if (typeof value === 'object') return value.html
  return String(value).replace(/[&<>"']/g, char => CODES[char] ?? char)
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--ok:#1a7f37;--bad:#cf222e;--wait:#9a6700;--done:#8250df}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
a{color:#0969da;text-decoration:none}a:hover{text-decoration:underline}
h1{font-size:1.5rem;font-weight:600;margin:.6rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
nav{color:#888;padding-bottom:.6rem;border-bottom:1px solid var(--line)}
.box{border:1px solid var(--line);border-radius:8px;margin:.7rem 0;overflow:hidden}
.box>header{background:var(--soft);padding:.45rem .8rem;font-size:.87rem}
.box>.body{padding:.7rem .9rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.tag{display:inline-block;border:1px solid var(--line);border-radius:1em;padding:0 .65em;font-size:.8rem;margin-right:.3em}
.state{display:inline-block;border-radius:1em;padding:.1em .8em;color:#fff;font-size:.85rem;background:#777}
.ok{background:var(--ok)}.bad{background:var(--bad)}.wait{background:var(--wait)}.done{background:var(--done)}
.dim{color:#888;font-size:.87rem}
ul.rows{list-style:none;padding:0;margin:0}ul.rows li{padding:.45rem .9rem;border-top:1px solid var(--line)}ul.rows li:first-child{border:0}
table{border-collapse:collapse;margin:.7rem 0}th,td{border:1px solid var(--line);padding:.2rem .6rem;text-align:left}
blockquote{margin:0;padding-left:.8rem;border-left:3px solid var(--line)}
.body>:first-child{margin-top:0}.body>:last-child{margin-bottom:0}code{background:var(--soft);border-radius:4px;padding:0 .3em}
pre{margin:0;padding:.7rem .9rem;overflow:auto;font:12.5px/1.5 ui-monospace,monospace}
pre>code{background:none;padding:0}
.add{color:var(--ok)}.del{color:var(--bad)}
details.box>summary{background:var(--soft);padding:.45rem .8rem;cursor:pointer}
.diff i{display:inline-block;width:4ch;margin-right:1ch;text-align:right;color:#888;font-style:normal;user-select:none}
.note{border:1px solid var(--line);border-left:4px solid var(--wait);border-radius:6px;margin:.4rem 0 .4rem 5ch;padding:.4rem .8rem;font:14px/1.5 system-ui,sans-serif;white-space:normal}
.task-list-item{list-style:none;margin-left:-1.4em}
button{font:inherit;padding:.3em 1em;border-radius:6px;border:1px solid var(--line);cursor:pointer}`

/** A whole document. `trail` are the links above the title. */
export function document(title: string, trail: Html[], body: Html): string {
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${html`${title}`.html}</title>`
  const meta = '<meta name="viewport" content="width=device-width,initial-scale=1">'
  const links = trail.map(link => link.html).join(' / ')
  return `${head}${meta}<style>${STYLE}</style></head><body><nav>${links}</nav>${body.html}</body></html>`
}

export function link(href: string, text: string | number): Html {
  return html`<a href="${href}">${text}</a>`
}

const COLOURS: Record<string, string> = {
  open: 'ok',
  success: 'ok',
  APPROVED: 'ok',
  failure: 'bad',
  warning: 'wait',
  CHANGES_REQUESTED: 'bad',
  timed_out: 'bad',
  startup_failure: 'bad',
  action_required: 'wait',
  queued: 'wait',
  in_progress: 'wait',
  waiting: 'wait',
  pending: 'wait',
  closed: 'done',
  merged: 'done',
}

/** A coloured word for how something stands. */
export function badge(word: string): Html {
  return html`<span class="state ${COLOURS[word] ?? ''}">${word.replaceAll('_', ' ').toLowerCase()}</span>`
}
