"""Bodies that are not JSON, or not JSON that can be read."""

_DOCUMENTS = [
    *["", " ", "{", "}", '{"inputs"', '{"inputs":', '{"inputs":[', '{"inputs":[1', '{"inputs":[1]', '{"inputs":["'],
    *['{"inputs":[1}', '{"inputs":[1]]}', '{"inputs":[1]} x', '{"inputs":[1]}{}', '{"inputs":[1]}\0'],
    *["{'inputs':[1]}", "{inputs:[1]}", '{"inputs":[1]/**/}', "inputs=1", "<inputs/>"],
]
_VALUES = [
    *["1,", ",1", "1 2", "01", "+1", ".5", "5.", "-", "1e", "0x1", "tru", "None"],
    *["NaN", "Infinity", "-Infinity", "1e999,", "1e999x", "01e999"],
    *['"\\ud800"', '"\\x"', '"\n"'],
]
_BYTES = [
    *[b"\xff", b'{"inputs":["\xff"]}', b"\x80\x03K\x01.", bytes(100)],
    *['{"inputs":[1]}'.encode(encoding) for encoding in ("utf-16", "utf-16-le", "utf-32")],
]

UNREADABLE = [*map(str.encode, _DOCUMENTS), *(f'{{"inputs":[{value}]}}'.encode() for value in _VALUES), *_BYTES]

DEEP = [
    *[b'{"inputs":' + b"[" * 100_000, b'{"a":' * 100_000],
    b"[" * 100_000 + b"]" * 100_000,
    b'{"inputs":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
]
"""JSON that nests deeper than anybody reads."""
