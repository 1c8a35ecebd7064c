#!/usr/bin/env python3
"""Makes spec-0.31.2.json from the spec.txt of CommonMark 0.31.2: python3 extract.py spec.txt > spec-0.31.2.json"""
import json
import re
import sys

text = open(sys.argv[1], encoding="utf-8").read().replace("\r\n", "\n")
text = re.sub(r"(?ms)^<!-- END TESTS -->.*", "", text)
pattern = re.compile(r"(?ms)^`{32} example\n(.*?)^\.\n(.*?)^`{32}$|^#{1,6} *([^\n]*)$")
section, examples = "", []
for match in pattern.finditer(text):
    markdown, html, heading = match.groups()
    if heading is not None:
        section = heading
    else:
        tab = lambda part: part.replace("→", "\t")
        examples.append({"example": len(examples) + 1, "section": section, "markdown": tab(markdown), "html": tab(html)})
json.dump(examples, sys.stdout, ensure_ascii=False, indent=1)
sys.stdout.write("\n")
