import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readJson } from '../../src/migration/json.ts';
import { readToml } from '../../src/migration/toml.ts';
import { child, type Document, itemsOf, numberOf, textOf, yesOf } from '../../src/migration/tree.ts';
import { readYaml } from '../../src/migration/yaml.ts';
import { repoWith, shortly } from './tree.ts';

const yaml = (text: string): Document => readYaml(repoWith({ 'a.yaml': text }), 'a.yaml');
const toml = (text: string): Document => readToml(repoWith({ 'a.toml': text }), 'a.toml');
const json = (text: string): Document => readJson(repoWith({ 'a.json': text }), 'a.json');
const findings = ({ findings: all }: Document): string[] => all.map(shortly);

describe('A YAML file', () => {
  it('gives each value with the line of its key', () => {
    const { root } = yaml('# first\na:\n  b: 1\nlist:\n  - x\n  - y: 2\n');
    assert.equal(child(root, 'a', 'b')?.line, 3);
    assert.deepEqual(
      itemsOf(child(root, 'list')).map(({ line }) => line),
      [5, 6],
    );
  });

  it('keeps numbers as they are written, and reads on and off as people mean them', () => {
    const { root } = yaml('version: 3.10\nquoted: "off"\nbare: off\nyes: yes\nseconds: "30s"\nempty:\n');
    assert.equal(textOf(child(root, 'version')), '3.10');
    assert.equal(yesOf(child(root, 'quoted')), false);
    assert.equal(yesOf(child(root, 'bare')), false);
    assert.equal(yesOf(child(root, 'yes')), true);
    assert.equal(numberOf(child(root, 'seconds')), 30);
    assert.equal(textOf(child(root, 'empty')), undefined);
  });

  it('writes anchors and merge keys out', () => {
    const { root } = yaml('base: &base {a: 1, b: 2}\none:\n  <<: *base\n  b: 3\ntwo: *base\n');
    assert.equal(textOf(child(root, 'one', 'a')), '1');
    assert.equal(textOf(child(root, 'one', 'b')), '3');
    assert.equal(textOf(child(root, 'two', 'b')), '2');
  });

  it('is a finding with its line where it is no YAML, and where it holds nothing', () => {
    assert.deepEqual(findings(yaml('a: 1\nb: c: d\n')), ['yaml-invalid a.yaml:2']);
    assert.deepEqual(findings(yaml('a: 1\nb: *nothing\n')), ['yaml-invalid a.yaml:2']);
    assert.deepEqual(findings(yaml('# nothing\n')), ['yaml-empty a.yaml:1']);
    assert.deepEqual(findings(yaml('')), ['yaml-empty a.yaml:1']);
    assert.deepEqual(findings(yaml('a: 1\na: 2\n')), ['yaml-key-twice a.yaml:2']);
    assert.deepEqual(findings(yaml('a: 1\n---\nb: 2\n')), ['yaml-several-documents a.yaml:1']);
  });

  it('is refused within two seconds of the processor where it would take the memory or the time of the machine', () => {
    const lines = Array.from({ length: 30 }, (_, index) =>
      index === 0 ? 'a0: &a0 [x, x]' : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
    );
    const bombs = {
      aliases: lines.join('\n'),
      itself: 'a: &a [*a]\n',
      merge: 'a: &a\n  <<: *a\n',
      flow: '['.repeat(200_000),
      maps: '{a: '.repeat(30_000),
      sequences: '- '.repeat(60_000),
      indents: Array.from({ length: 2000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
      quotes: '"'.repeat(130_000),
      large: `a: ${'x'.repeat(5 * 1024 * 1024)}`,
    };
    for (const [name, text] of Object.entries(bombs)) {
      const begin = process.cpuUsage();
      const { findings: found } = yaml(text);
      assert.ok(found.length > 0, name);
      const { user } = process.cpuUsage(begin);
      assert.ok(user < 2_000_000, `${name} took ${user} µs`);
    }
  });
});

describe('A TOML file', () => {
  it('gives keys, tables and lists of tables with their lines', () => {
    const { root } = toml(
      'app = "x"\n[build]\n  args.A = 1\n[[vm]]\nsize = """\nnot = 1\n"""\n[[vm]]\nsize = "b"\n[vm.more]\n"quoted key" = 2\n[a.b]\nc = 1\n',
    );
    const [first, second] = itemsOf(child(root, 'vm'));
    assert.equal(child(root, 'app')?.line, 1);
    assert.equal(child(root, 'build', 'args', 'A')?.line, 3);
    assert.deepEqual([first?.line, second?.line], [4, 8]);
    assert.equal(child(first, 'size')?.line, 5);
    assert.equal(child(second, 'more', 'quoted key')?.line, 11);
    assert.equal(child(root, 'a')?.line, 12);
  });

  it('is a finding with its line where it is no TOML', () => {
    assert.deepEqual(findings(toml('a = 1\nb = = 2\n')), ['toml-invalid a.toml:2']);
    assert.deepEqual(findings(toml(`a = ${'['.repeat(10_000)}`)), ['toml-invalid a.toml:1']);
  });
});

describe('A JSON file', () => {
  it('is read with a finding where it has comments or commas too many', () => {
    const document = json('{\n "a": 1, // why\n "b": [1, 2,],\n}\n');
    assert.equal(textOf(child(document.root, 'a')), '1');
    assert.equal(child(document.root, 'b')?.line, 3);
    assert.deepEqual(findings(document), ['json-invalid a.json:2']);
  });

  it('is a finding where it holds no object', () => {
    assert.deepEqual(findings(json('[]')), ['json-invalid a.json:1']);
    assert.deepEqual(findings(json('')), ['json-invalid a.json:1']);
    assert.deepEqual(findings(json('{"a":'.repeat(10_000))), ['json-invalid a.json:1']);
  });
});
