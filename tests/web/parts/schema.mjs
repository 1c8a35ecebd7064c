// Structured data against schema.org's types, by the compiler of TypeScript and `schema-dts`. Never reads a site: it takes
// data, and gives what the types refuse, with the property and where the data come from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const TYPES = join(fileURLToPath(new URL('.', import.meta.url)), '../node_modules/schema-dts/dist/schema.d.ts')

/**
 * `things` are `{ from, data }`, each with an `@type` of its own. A thing is written as a constant of just its type, and not of
 * any: so the compiler names the property that is wrong, and not only that something is.
 */
export function refusedByTypes(things) {
  const lines = ["import type * as schema from 'schema-dts'"]
  const starts = []
  things.forEach(({ from, data }, at) => {
    starts.push({ line: lines.length, from })
    const type = data['@type']
    const context = '@context' in data ? `schema.WithContext<schema.${type}>` : `schema.${type}`
    lines.push(...`export const thing${at}: ${context} = ${JSON.stringify(data, null, 1)}`.split('\n'))
  })
  const scratch = mkdtempSync(join(tmpdir(), 'manchette-schema-'))
  try {
    const file = join(scratch, 'things.ts')
    writeFileSync(file, lines.join('\n'))
    const program = ts.createProgram([file], {
      noEmit: true, strict: true, types: [], skipLibCheck: true, target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, paths: { 'schema-dts': [TYPES] },
    })
    return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
      const line = diagnostic.file ? diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start).line : 0
      const { from } = starts.findLast((start) => start.line <= line) ?? { from: 'the types themselves' }
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n').split('\n')
      // The first line says what, the last one why; between them the compiler goes through all types that it could be.
      const why = text.length > 1 ? `${text[0].slice(0, 300)} … ${text.at(-1).trim().slice(0, 300)}` : text[0].slice(0, 300)
      return { from, what: `${lines[line].trim().slice(0, 120)}: ${why}` }
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
