"""Writes fixtures/tokens/chat_templates.json: what Jinja, set up as transformers sets it up, makes of templates of our own.

usage (repository root): PYTHON Tests/Peers/chat_templates.py
The templates are written for this file, in the ways that published ones go about things.
"""
import json, pathlib

from transformers.utils.chat_template_utils import _compile_jinja_template

TALKS = {
    "one": [{"role": "user", "content": "  What is on the couch? "}],
    "three": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello!\nHow are you?"}, {"role": "user", "content": "Grüße 🙂 'quoted' \"twice\" & <b>"}],
    "system": [{"role": "system", "content": "Be brief.\n"}, {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "<think>hm</think>\n\nSo."}, {"role": "user", "content": "And now?"}],
    "parts": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Look: "}, {"type": "text", "text": "what?"}]}],
    "tools": [{"role": "user", "content": "2+2"}, {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {"name": "add", "arguments": {"a": 2, "b": 2.5, "c": [True, None]}}}]}, {"role": "tool", "content": "4"}],
    "none": [],
}
TOOLS = [{"type": "function", "function": {"name": "add", "description": "Adds – ü", "parameters": {"type": "object", "properties": {"b": {"type": "number"}, "a": {"type": "number"}}, "required": ["a"]}}}]
TEMPLATES = [
    # layouts
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m['content'] }}</s>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns must alternate') }}{% endif %}{% if message['role'] == 'user' %}{{ '[ASK] ' + message['content'].strip() + ' [/ASK]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}{% else %}{{ raise_exception('no such role: ' ~ message['role']) }}{% endif %}{% endfor %}",
    "{%- if messages and messages[0]['role'] == 'system' %}\n    {%- set talk = messages[1:] %}\n    {%- set rules = messages[0].content | trim %}\n{%- else %}\n    {%- set talk = messages %}\n    {%- set rules = 'none given' %}\n{%- endif %}\nRULES: {{ rules }}\n{%- for m in talk %}\n    {{- '\\n' ~ m.role|upper ~ ': ' ~ m.content }}\n{%- endfor %}\n",
    "{% set ns = namespace(found=false, last=-1) %}\n{% for m in messages[::-1] %}\n  {% set i = (messages|length - 1) - loop.index0 %}\n  {% if not ns.found and m.role == 'user' and m.content is string %}\n    {% set ns.found = true %}{% set ns.last = i %}\n  {% endif %}\n{% endfor %}\nlast question: {{ ns.last }}\n",
    "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% elif m.content is iterable %}{% for p in m.content %}{% if p.type == 'image' %}<image>{% else %}{{ p.text }}{% endif %}{% endfor %}{% else %}(nothing){% endif %}|{% endfor %}",
    "{% for m in messages if m.role != 'system' %}{{ loop.index }}/{{ loop.length }} {{ loop.first }} {{ loop.last }} {{ loop.revindex }} {{ loop.previtem.role if loop.previtem is defined else '-' }} {{ loop.nextitem.role if not loop.last }}\n{% else %}empty{% endfor %}",
    "{% for m in messages %}{% if m.role == 'assistant' and '</think>' in m.content|string %}{{ m.content.split('</think>')[-1].lstrip('\\n') }}{% else %}{{ m.content }}{% endif %};{% endfor %}",
    # tools
    "{% if tools %}{% for t in tools %}{{ t | tojson }}\n{{ t.function | tojson(indent=2) }}\n{% endfor %}{% endif %}{% for m in messages %}{% if m.tool_calls %}{% for c in m.tool_calls %}{{ c.function.name }}({{ c.function.arguments | tojson }}){% for k, v in c.function.arguments.items() %} {{ k }}={{ v }}{% endfor %}{% endfor %}{% endif %}{% endfor %}",
    "{%- macro kind(p, deep=false) -%}\n  {%- if p.type == 'object' -%}{ {%- for k, v in p.properties|dictsort -%}{{ k }}: {{ kind(v, deep=true) }}{{ ', ' if not loop.last }}{%- endfor -%} }\n  {%- else -%}{{ p.type ~ ('!' if deep) }}{%- endif -%}\n{%- endmacro -%}\n{% for t in tools or [] %}{{ t.function.name }}: {{ kind(t.function.parameters) }}\n{% endfor %}",
    # blanks
    "a {%- if true %} b {% endif -%} c\n  {% if true %}\n  d\n  {% endif %}\n\ne {# note #} f\n  {#- note -#}  g\n{{ 'x' -}}   y {{- 'z' }}\n\n",
    "  {%+ if true %}kept{% endif +%}\nline\n{% raw %}{{ not }} {% this %}{% endraw %}\nend\n\n",
    "one\r\n{% if true %}\r\ntwo{% endif %}\r\n",
    # expressions
    "{{ 1 + 2 * 3 ** 2 - 7 // 2 % 3 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** -1 }} {{ 1.5 + 1 }} {{ 10 // 2.5 }} {{ 'ab' * 3 }} {{ 'a' ~ 1 ~ none ~ true }}",
    "{{ 1 < 2 <= 2 }} {{ 'b' > 'a' }} {{ not true or true and false }} {{ 3 in [1, 2, 3] }} {{ 'x' not in 'abc' }} {{ 'k' in {'k': 1} }} {{ 1 == 1.0 }} {{ true == 1 }} {{ none == false }} {{ [1, 'a'] == [1, 'a'] }}",
    "{{ [1, 2, 3, 4][1:3] }} {{ 'Zürich'[::-1] }} {{ 'abc'[-1] }} {{ [1, 2, 3][5:] }} {{ (1, 2)[0] }} {{ [3, 1, 2]|sort }} {{ ['b', 'A', 'c']|sort(reverse=true)|join('-') }} {{ [1, 2, 1]|unique|list }} {{ range(2, 9, 3)|list }} {{ 'a,b,,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a-b-c'.split('-', 1) }}",
    "{{ 'Hello World'.lower() }} {{ 'x' if false else 'y' }} {{ 'gone' if false }} {{ ('a' if 1 else 'b') ~ 'c' }} {{ 'hello world'|title }} {{ 'hELLO'|capitalize }} {{ '  t '|trim ~ '.' }} {{ 'xxaxx'.strip('x') }} {{ 'aXbX'|replace('X', '1') }} {{ 'abab'.replace('a', 'c', 1) }} {{ 'abc'.startswith('ab') }} {{ 'abc'.endswith(('x', 'bc')) }} {{ 'b'.join(['a', 'c']) }} {{ 'abcabc'.find('c') }} {{ 'aXaX'.count('X') }}",
    "{{ missing }}|{{ missing is defined }}|{{ missing|default('d') }}|{{ ''|default('e', true) }}|{{ none is none }}|{{ 5 is number }}|{{ 'x' is string }}|{{ {} is mapping }}|{{ [] is sequence }}|{{ 3 is odd }}|{{ 4 is divisibleby 2 }}|{{ 1 is eq 1 }}|{{ missing is not defined and true }}|{{ true is boolean }}|{{ 1 is true }}",
    "{{ {'a': 1, 'b': [none, 1.0, 'x\\'y']} }} {{ 'it\\'s' }} {{ \"tab\\there\" }} {{ '\\u00e9\\x41' }} {{ ['it\\'s'] }} {{ 1e3 if false else 1000 }} {{ 0.1 + 0.2 }} {{ 3.0 }}",
    "{{ messages|map(attribute='role')|join(',') }} {{ messages|selectattr('role', 'equalto', 'user')|list|length }} {{ messages|rejectattr('role', 'eq', 'user')|map(attribute='content')|join('|') }} {{ [1, 2, 3, 4]|select('odd')|list }} {{ ['a', '']|reject|list if false else '' }} {{ messages|length }} {{ [[1, 2], [3]]|map('length')|list }} {{ (messages|first).role if messages }} {{ [1, 2.5]|sum }}",
    "{% set a, b = 1, 'two' %}{{ a }}{{ b }}{% set c %}in {{ a }} side{% endset %}{{ c }}{% for x in [1, 2, 3, 4, 5] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}{% set x = 'outer' %}{% for y in [1] %}{% set x = 'inner' %}{% endfor %}{{ x }}{% if true %}{% set x = 'if' %}{% endif %}{{ x }}",
    "{{ 'a\\nb\\n\\nc'|indent(2) }}/{{ 'a\\nb'|indent(first=true) }}/{{ '<a & \"b\">'|e }}/{{ '12'|int + 1 }}/{{ 'x'|int }}/{{ '1.5'|float }}/{{ -3|abs }}/{{ 'abc'|list }}/{{ 'abc'|reverse }}/{{ [1, 2]|last }}/{{ {'b': 1, 'a': 2}|items|map('first')|join }}/{{ {'b': 1}.get('c', 'none') }}/{{ {'b': 1}.keys()|list }}",
    "{% for k in {'one': 1, 'two': 2} %}{{ k }}{% endfor %}{% for c in 'añ🙂' %}[{{ c }}]{% endfor %}{% generation %}{{ eos_token }}{% endgeneration %}{{ dict(a=1).a }}{{ namespace(q='r').q }}",
    "{{ messages[0].content[:5] if messages and messages[0].content is string }}{{ messages[-1]['role'] if messages }}{{ (messages[0]['nothing'] is defined) if messages }}",
    "{% macro twice(x, sep='-') %}{{ x }}{{ sep }}{{ x }}{% endmacro %}{{ twice('a') }} {{ twice('b', sep='+') }} {{ twice(sep='/', x=1) }}",
    # refused by both
    "{{ messages[0].missing.deeper }}", "{{ raise_exception('Never.') }}", "{% if true %}", "{{ 1 + }}", "{% endfor %}", "{{ 'a' + 1 }}", "{{ undefined_function() }}", "{{ 1 // 0 }}", "{% for x in 5 %}{% endfor %}", "{{ 'open }}", "{# open", "{{ x is nonsense }}", "{{ 'x'|nonsense }}",
]
cases = []
for template in TEMPLATES:
    for talk in TALKS:
        for add in (True, False) if talk == "three" else (True,):
            case = dict(template=template, messages=TALKS[talk], add_generation_prompt=add)
            if talk == "tools":
                case["tools"] = TOOLS
            try:
                case["text"] = _compile_jinja_template(template).render(messages=TALKS[talk], add_generation_prompt=add, bos_token="<s>", eos_token="</s>", tools=TOOLS if talk == "tools" else None)
            except Exception as error:
                case["error"] = type(error).__name__
            cases.append(case)
path = pathlib.Path(__file__).resolve().parents[2] / "fixtures/tokens/chat_templates.json"
path.write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n")
print(len(cases), "cases,", sum("error" in c for c in cases), "refused")
